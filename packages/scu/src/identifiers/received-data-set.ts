import { decodeDataSet, type DicomJson } from '@dcm/dataset'
import type { EncodedDataSet } from './encoded-data-set.ts'

/** A data set that came with a message. */
export class ReceivedDataSet implements EncodedDataSet {
  readonly transferSyntaxUid: string
  readonly bytes: Uint8Array

  /** @internal */
  constructor(transferSyntaxUid: string, bytes: Uint8Array) {
    this.transferSyntaxUid = transferSyntaxUid
    this.bytes = bytes
  }

  /** In the DICOM JSON model, decoded for each call. @throws DataSetDecodeError of `@dcm/dataset` when the bytes make no sense. */
  json(): DicomJson {
    return decodeDataSet(this.bytes, { transferSyntaxUid: this.transferSyntaxUid })
  }
}
