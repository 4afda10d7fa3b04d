import { decodeDataSet, type DicomJson, encodeDataSet } from '@dcm/dataset'
import type { DataSetCodec } from './data-set-codec.ts'

/**
 * Data sets as the DICOM JSON model (PS3.18 F), by `@dcm/dataset`, with its limits. Text that is not ASCII goes out as UTF-8, or in the
 * Specific Character Set that the data set names.
 */
export const dicomJson: DataSetCodec<DicomJson> = {
  decode: (bytes, transferSyntaxUid) => decodeDataSet(bytes, { transferSyntaxUid }),
  encode: (value, transferSyntaxUid) => encodeDataSet(value, { transferSyntaxUid }),
}
