import { randomUUID } from 'node:crypto'
import { type DicomJson, identifier, textOf, valuesOf } from '@dcm/dataset'
import { isItem } from '../queries/cell.ts'
import type { Instance } from './instances-in.ts'

/** An instance that the peer does not vouch for. */
interface Failure extends Instance {
  /** Failure Reason (0008,1197). */
  readonly reason: number
}

/** What the peer reports (PS3.4 J.3.3): what it has, for good, and what it has not. */
export interface CommitmentReport {
  readonly transactionUid: string
  readonly committed: readonly Instance[]
  readonly failed: readonly Failure[]
}

/** PS3.5 B.2: a UID from a UUID. */
export function newTransactionUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`).toString()}`
}

/** The Action Information of a request (PS3.4 Table J.3-1). */
export function commitmentRequest(transactionUid: string, instances: readonly Instance[]): DicomJson {
  return identifier({
    TransactionUID: transactionUid,
    ReferencedSOPSequence: instances.map(({ sopClassUid, sopInstanceUid }) => ({
      ReferencedSOPClassUID: sopClassUid,
      ReferencedSOPInstanceUID: sopInstanceUid,
    })),
  })
}

/** The Event Information of a report (PS3.4 Table J.3-2). */
export function commitmentReport(information: DicomJson): CommitmentReport {
  return {
    transactionUid: textOf(information, 'TransactionUID') ?? '',
    committed: items(information, 'ReferencedSOPSequence').map(instanceOf),
    failed: items(information, 'FailedSOPSequence').map((item) => ({
      ...instanceOf(item),
      reason: Number(textOf(item, 'FailureReason') ?? 0),
    })),
  }
}

function items(dataSet: DicomJson, keyword: string): DicomJson[] {
  return valuesOf(dataSet, keyword).filter(isItem)
}

function instanceOf(item: DicomJson): Instance {
  return {
    sopClassUid: textOf(item, 'ReferencedSOPClassUID') ?? '',
    sopInstanceUid: textOf(item, 'ReferencedSOPInstanceUID') ?? '',
  }
}
