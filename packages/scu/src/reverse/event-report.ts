import {
  carriesSopClass,
  DataSetTooLongError,
  hasService,
  type NEventReportRq,
  type Operation,
  type Outcome,
  responseTo,
  statuses,
  type StatusOf,
} from '@dcm/dimse'
import { readDataSet } from '../identifiers/read-data-set.ts'
import { ReceivedDataSet } from '../identifiers/received-data-set.ts'
import { requireStatus } from './require-status.ts'

/** An N-EVENT-REPORT of the peer (PS3.7 10.1.1), such as the outcome of a storage commitment request. */
export interface EventReport {
  readonly affectedSopClassUid: string
  readonly affectedSopInstanceUid: string
  readonly eventTypeId: number
  /** Event Information, if any came. */
  readonly dataSet: ReceivedDataSet | undefined
}

/** Gives the status to answer with; undefined is success. What it throws, or gives and is none, becomes 0110H, processing failure. */
export type EventReportHandler = (
  report: EventReport,
) => Promise<EventReportStatus | undefined> | EventReportStatus | undefined

type EventReportStatus = StatusOf<'N-EVENT-REPORT'>

/** The longest Event Information taken, in bytes: room for the references of some 50 000 instances. */
const maximumEventInformationBytes = 8_388_608

/** Hands a report to its handler and answers it. */
export async function answerEventReport(
  operation: Operation,
  request: NEventReportRq,
  handler: EventReportHandler | undefined,
): Promise<void> {
  await operation.respond(responseTo(request, await outcome(operation, request, handler)))
}

async function outcome(
  { context, dataSet }: Operation,
  { affectedSopClassUid, affectedSopInstanceUid, eventTypeId }: NEventReportRq,
  handler: EventReportHandler | undefined,
): Promise<Outcome<NEventReportRq>> {
  if (!handler) return { status: statuses.NoSuchEventType, errorComment: 'nobody waits for reports' }
  // PS3.7 10.1.1: a printer reports on the context of its Meta SOP class, a UPS on that of UPS Event.
  if (!carriesSopClass(context.abstractSyntax, affectedSopClassUid)) {
    return { status: statuses.NoSuchSopClass }
  }
  // PS3.7 10.1.1, D.3.3.4: an SCP reports, and to an SCU.
  const isAgreed = context.roles.requestor.scu
  if (!isAgreed || !hasService(context.abstractSyntax, affectedSopClassUid, 'N-EVENT-REPORT')) {
    return { status: statuses.UnrecognizedOperation }
  }
  try {
    const bytes = dataSet && (await readDataSet(dataSet, maximumEventInformationBytes))
    const given = await handler({
      affectedSopClassUid,
      affectedSopInstanceUid,
      eventTypeId,
      dataSet: bytes && new ReceivedDataSet(context.transferSyntax, bytes),
    })
    const status = given ?? statuses.Success
    requireStatus(status)
    return { status }
  } catch (error) {
    const status =
      error instanceof DataSetTooLongError ? statuses.ResourceLimitation : statuses.ProcessingFailure
    return { status, errorComment: 'the report could not be handled' }
  }
}
