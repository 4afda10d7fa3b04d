import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type StatusOf, statuses } from '@dcm/dimse'
import { type AssociationAcceptedMessage, dicomJson, eventReports, type Scp, type Service } from '@dcm/scp'
import {
  type CommitmentReport,
  type EventReport,
  type EventReportHandler,
  type ReceivedDataSet,
  storageCommitment,
} from '@dcm/scu'
import { safeText } from '../terminal/safe-text.ts'

const associationAccepted = 'dcm:scp:association-accepted'

/** PS3.4 J.3.3: the request was successful, and it was complete with failures. */
const eventTypes = [1, 2]

/** Waits for the report about one transaction, on whichever association it comes; takes others too, and forgets them. */
export class ReportInbox {
  readonly report: Promise<CommitmentReport>
  /** For the association of the request. */
  readonly onEventReport: EventReportHandler
  /** For an association that the peer opens. */
  readonly service: Service
  /** What came last instead of the report, in words. */
  #instead: string | undefined
  readonly #onInstead: (words: string) => void

  /** @param onInstead is told, in words, of what came instead of the report */
  constructor(transactionUid: string, onInstead: (words: string) => void) {
    this.#onInstead = onInstead
    const { promise, resolve } = Promise.withResolvers<CommitmentReport>()
    const take = (
      eventTypeId: number,
      information: Pick<ReceivedDataSet, 'json'> = { json: () => ({}) },
    ): StatusOf<'N-EVENT-REPORT'> => {
      if (!eventTypes.includes(eventTypeId)) {
        this.came(`a report came of event type ${String(eventTypeId)}, which there is not`)
        return statuses.NoSuchEventType
      }
      let report: CommitmentReport
      try {
        report = storageCommitment.report(information)
      } catch {
        this.came('a report came that cannot be read')
        return statuses.InvalidArgumentValue
      }
      if (report.transactionUid === transactionUid) resolve(report)
      else this.came('a report came that is about another request: its Transaction UID is not ours')
      return statuses.Success
    }
    this.report = promise
    this.onEventReport = ({ eventTypeId, dataSet }: EventReport) => take(eventTypeId, dataSet)
    this.service = eventReports({
      sopClasses: ['StorageCommitmentPushModel'],
      handler: ({ request: { eventTypeId }, dataSet, context: { transferSyntax } }) => {
        const information = dataSet && { json: () => dicomJson.decode(dataSet, transferSyntax) }
        const status = take(eventTypeId, information)
        return Promise.resolve({ status })
      },
    })
  }

  get instead(): string | undefined {
    return this.#instead
  }

  /** Something came instead of the report. */
  came(words: string): void {
    // Who tries again and again is told of once.
    if (this.#instead === words) return
    this.#instead = words
    this.#onInstead(words)
  }

  /** Sees who calls, and may not report. Returns how to stop that. */
  watch(scp: Scp): () => void {
    const accepted = (message: unknown): void => {
      const { scp: called, peer, acceptedContexts, refusedContexts } = message as AssociationAcceptedMessage
      const refused =
        refusedContexts.find(({ abstractSyntax }) => abstractSyntax === storageCommitment.sopClassUid) ??
        (acceptedContexts === 0 ? refusedContexts[0] : undefined)
      if (called !== scp || !refused) return
      this.came(`${safeText(peer.callingAeTitle)} called, and was refused: ${refused.reason}`)
    }
    subscribe(associationAccepted, accepted)
    return () => {
      unsubscribe(associationAccepted, accepted)
    }
  }
}
