import { decodeDataSet, encodeDataSet, type DicomJson } from '@dcm/dataset'
import { type DataSetCodec, eventReports, type Service } from '@dcm/scp'
import type { EventReport, EventReportHandler } from '@dcm/scu'
import { type CommitmentReport, commitmentReport } from './commitment.ts'

const codec: DataSetCodec<DicomJson> = {
  decode: (bytes, transferSyntaxUid) => decodeDataSet(bytes, { transferSyntaxUid }),
  encode: (dataSet, transferSyntaxUid) => encodeDataSet(dataSet, { transferSyntaxUid }),
}

/** Waits for the report about one transaction, on whichever association it comes; takes others too, and forgets them. */
export class ReportInbox {
  readonly report: Promise<CommitmentReport>
  /** For the association of the request. */
  readonly onEventReport: EventReportHandler
  /** For an association that the peer opens. */
  readonly service: Service

  constructor(transactionUid: string) {
    const { promise, resolve } = Promise.withResolvers<CommitmentReport>()
    const take = (information: DicomJson): void => {
      const report = commitmentReport(information)
      if (report.transactionUid === transactionUid) resolve(report)
    }
    this.report = promise
    this.onEventReport = ({ dataSet }: EventReport) => {
      if (dataSet) take(codec.decode(dataSet.bytes, dataSet.transferSyntaxUid))
      return undefined
    }
    this.service = eventReports<DicomJson>({
      sopClasses: ['StorageCommitmentPushModel'],
      codec,
      handler: ({ dataSet }) => {
        if (dataSet) take(dataSet)
        return Promise.resolve({})
      },
    })
  }
}
