import { UsageError } from '@dcm/association'
import { type DicomJson, identifier, itemsOf, textOf, valuesOf } from '@dcm/dataset'
import { statuses } from '@dcm/dimse'
import type { ReceivedDataSet } from '../identifiers/received-data-set.ts'
import { StorageCommitmentPushModel, StorageCommitmentPushModelInstance } from '../uids.ts'
import type { NActionRequest, NEventReportRequest } from './normalized-services.ts'
import type { InstanceReference } from './normalized.ts'

/** An instance that the peer does not commit to, and why (PS3.3 C.14.1.1, Failure Reason). */
export interface UncommittedInstance extends InstanceReference {
  readonly failureReason: number | undefined
}

/** What the peer says of a request (PS3.4 J.3.3). */
export interface CommitmentReport {
  readonly transactionUid: string
  readonly committed: readonly InstanceReference[]
  readonly failed: readonly UncommittedInstance[]
}

/** The Storage Commitment Push Model (PS3.4 J.3). */
export const storageCommitment = {
  sopClassUid: StorageCommitmentPushModel,

  /** The N-ACTION that asks the peer to keep these instances. Its outcome is reported by N-EVENT-REPORT, soon or days later. */
  request(
    transactionUid: string,
    instances: readonly InstanceReference[],
  ): NActionRequest & { readonly information: DicomJson } {
    requireText('transactionUid', transactionUid)
    const information = identifier({
      TransactionUID: transactionUid,
      ReferencedSOPSequence: instances.map(referenced),
    })
    return {
      sopClassUid: StorageCommitmentPushModel,
      sopInstanceUid: StorageCommitmentPushModelInstance,
      actionTypeId: 1,
      information,
    }
  },

  /**
   * The N-EVENT-REPORT with which an SCP says what became of a request: event type 1, or 2 when something failed (PS3.4 J.3.3). It
   * goes out with `nEventReport()` on an association that has the SCP role, or with the `invoke` of a handler on that of the request.
   */
  outcome({
    transactionUid,
    committed,
    failed,
  }: CommitmentReport): NEventReportRequest & { readonly information: DicomJson } {
    requireText('transactionUid', transactionUid)
    const information = identifier({
      TransactionUID: transactionUid,
      ...(committed.length > 0 && { ReferencedSOPSequence: committed.map(referenced) }),
      ...(failed.length > 0 && {
        FailedSOPSequence: failed.map(({ failureReason = statuses.ProcessingFailure, ...instance }) => ({
          ...referenced(instance),
          FailureReason: failureReason,
        })),
      }),
    })
    return {
      sopClassUid: StorageCommitmentPushModel,
      sopInstanceUid: StorageCommitmentPushModelInstance,
      eventTypeId: failed.length > 0 ? 2 : 1,
      information,
    }
  },

  /** Reads the Event Information of a report, decoded or not. @throws DataSetDecodeError of `@dcm/dataset` */
  report(dataSet: Pick<ReceivedDataSet, 'json'> | DicomJson): CommitmentReport {
    const json = isReceived(dataSet) ? dataSet.json() : dataSet
    return {
      transactionUid: textOf(json, 'TransactionUID') ?? '',
      committed: itemsOf(json, 'ReferencedSOPSequence').map(reference),
      failed: itemsOf(json, 'FailedSOPSequence').map((item) => ({
        ...reference(item),
        failureReason: valuesOf(item, 'FailureReason').find((value) => typeof value === 'number'),
      })),
    }
  },
} as const

function isReceived(
  dataSet: Pick<ReceivedDataSet, 'json'> | DicomJson,
): dataSet is Pick<ReceivedDataSet, 'json'> {
  return typeof dataSet.json === 'function'
}

/** From JavaScript: UIDs in place of references, of which the peer would commit to none. */
function referenced(reference: InstanceReference) {
  const { sopClassUid, sopInstanceUid } = Object(reference) as Partial<InstanceReference>
  requireText('sopClassUid', sopClassUid)
  requireText('sopInstanceUid', sopInstanceUid)
  return { ReferencedSOPClassUID: sopClassUid, ReferencedSOPInstanceUID: sopInstanceUid }
}

function requireText(name: string, uid: unknown): void {
  if (typeof uid === 'string' && uid !== '') return
  throw new UsageError(`the ${name} of a storage commitment is missing; allowed is a UID`, 'DCM_UID_INVALID')
}

function reference(item: DicomJson): InstanceReference {
  return {
    sopClassUid: textOf(item, 'ReferencedSOPClassUID') ?? '',
    sopInstanceUid: textOf(item, 'ReferencedSOPInstanceUID') ?? '',
  }
}
