export { characterSet, type CharacterSet } from './charset/character-set.ts'
export type { Delimiters } from './charset/code-extensions.ts'
export { DataSetDecodeError, type DataSetDecodeErrorCode } from './data-set-decode-error.ts'
export type { BulkDataOptions, BulkDataValue } from './decode/bulk-data.ts'
export { decodeDataSet, type DecodeDataSetOptions } from './decode/decode-data-set.ts'
export { decodeDataSetStream } from './decode/decode-data-set-stream.ts'
export type { DecodeLimits } from './decode/decode-limits.ts'
export {
  dictionaryEntry,
  type DictionaryEntry,
  keywordOf,
  parseTag,
  tagOf,
  vrOf,
} from './dictionary/dictionary.ts'
export { encodeDataSet, type EncodeDataSetOptions } from './encode/encode-data-set.ts'
export { type DataSetEncoding, dataSetEncoding, type ElementEncoding } from './encoding.ts'
export { HeadReader, type HeadReaderOptions, type HeadReaderState } from './head/head-reader.ts'
export { encodeFileMeta } from './part10/encode-file-meta.ts'
export type { FileMeta, PartialFileMeta } from './part10/file-meta.ts'
export { type FileMetaPrefixResult, type FileMetaResult, parseFileMeta } from './part10/parse-file-meta.ts'
export { readFileMeta, type ReadFileMetaOptions } from './part10/read-file-meta.ts'
export {
  type DicomJson,
  type DicomJsonElement,
  type DicomJsonFragment,
  type DicomJsonValue,
  isItem,
  isPersonName,
  jsonTag,
  type PersonName,
} from './model/dicom-json.ts'
export { stringifyDicomJson } from './model/stringify-dicom-json.ts'
export { identifier, type KeywordValue, type KeywordValues } from './model/identifier.ts'
export {
  elementOf,
  itemsOf,
  keywordValues,
  type ReadValue,
  type ReadValues,
  textOf,
  valuesOf,
} from './model/keyword-values.ts'
export { type Part10File, readPart10File, type ReadPart10FileOptions } from './part10/read-part10-file.ts'
export { writePart10File } from './part10/write-part10-file.ts'
export {
  canReEncode,
  reEncode,
  reEncodeBatches,
  ReEncoder,
  type ReEncoderOptions,
  reEncodings,
} from './re-encode/re-encoder.ts'
export { formatTag, tags } from './tags.ts'
export { implementationClassUid, implementationVersionName, UsageError } from '@dcm/pdu'
