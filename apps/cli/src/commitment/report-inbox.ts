import type { DicomJson } from '@dcm/dataset'
import { dicomJson, eventReports, type Service } from '@dcm/scp'
import {
  type CommitmentReport,
  type EventReport,
  type EventReportHandler,
  type ReceivedDataSet,
  storageCommitment,
} from '@dcm/scu'

/** Waits for the report about one transaction, on whichever association it comes; takes others too, and forgets them. */
export class ReportInbox {
  readonly report: Promise<CommitmentReport>
  /** For the association of the request. */
  readonly onEventReport: EventReportHandler
  /** For an association that the peer opens. */
  readonly service: Service

  constructor(transactionUid: string) {
    const { promise, resolve } = Promise.withResolvers<CommitmentReport>()
    const take = (information: Pick<ReceivedDataSet, 'json'>): void => {
      const report = storageCommitment.report(information)
      if (report.transactionUid === transactionUid) resolve(report)
    }
    this.report = promise
    this.onEventReport = ({ dataSet }: EventReport) => {
      if (dataSet) take(dataSet)
      return undefined
    }
    this.service = eventReports<DicomJson>({
      sopClasses: ['StorageCommitmentPushModel'],
      codec: dicomJson,
      handler: ({ dataSet }) => {
        if (dataSet) take({ json: () => dataSet })
        return Promise.resolve({})
      },
    })
  }
}
