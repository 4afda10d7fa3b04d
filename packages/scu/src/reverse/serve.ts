import { UsageError } from '@dcm/association'
import { type DimseChannel, type Operation, responseTo, statuses, unrecognizedResponse } from '@dcm/dimse'
import { answerEventReport, type EventReportHandler } from './event-report.ts'
import type { SubOperations } from './sub-operations.ts'

/** What the peer may ask of us on an association that we requested. */
export interface ReverseServices {
  readonly onEventReport: EventReportHandler | undefined
  /** C-STORE sub-operations of a C-GET. */
  readonly subOperations: SubOperations
}

/** Answers what the peer invokes, until the association is over. Never rejects. */
export async function serve(channel: DimseChannel, services: ReverseServices): Promise<void> {
  try {
    // One after the other: the peer may have one outstanding, and one that sends more waits unread.
    for await (const operation of channel) {
      await answer(channel, operation, services)
      services.subOperations.over()
    }
  } catch {
    // The association's end says why; whoever waits for something on it gets it there.
  }
}

async function answer(channel: DimseChannel, operation: Operation, services: ReverseServices): Promise<void> {
  try {
    await dispatch(channel, operation, services)
  } catch (error) {
    operation.end()
    // PS3.8 Table 9-10: whoever has asked for release (Sta7) can answer nothing more; the peer learns it from that.
    if (error instanceof UsageError && error.code === 'DCM_WRONG_STATE') return
    // Without an answer the peer would wait for ever.
    channel.abort(error as Error)
  }
}

async function dispatch(
  channel: DimseChannel,
  operation: Operation,
  services: ReverseServices,
): Promise<void> {
  const { command } = operation
  if (command.type === 'unrecognized') {
    await operation.respond(unrecognizedResponse(command))
  } else if (channel.isDuplicate(operation)) {
    await operation.respond(responseTo(command, { status: statuses.DuplicateInvocation }))
  } else if (command.type === 'C-STORE-RQ') {
    await services.subOperations.store(operation, command)
  } else if (command.type === 'N-EVENT-REPORT-RQ') {
    await answerEventReport(operation, command, services.onEventReport)
  } else {
    // PS3.7 C.5: not one of the operations agreed on.
    await operation.respond(responseTo(command, { status: statuses.UnrecognizedOperation }))
  }
}
