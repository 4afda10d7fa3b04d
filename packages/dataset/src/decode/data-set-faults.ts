import { DataSetDecodeError } from '../data-set-decode-error.ts'

/** Undefined bytes are those of an inflated data set, which nobody counted to the end. */
export function tooLarge(bytes: number | undefined, limit: number, cause?: unknown): DataSetDecodeError {
  const size = bytes === undefined ? 'the inflated data set' : `a data set of ${String(bytes)} bytes`
  return new DataSetDecodeError(`${size} exceeds the limit of ${String(limit)} bytes`, {
    code: 'DCM_DATA_SET_TOO_LARGE',
    byteOffset: limit,
    cause,
  })
}

export function undeflatable(cause: unknown): DataSetDecodeError {
  return new DataSetDecodeError('the data set is no whole deflated stream', {
    code: 'DCM_DATA_SET_DEFLATE',
    byteOffset: 0,
    cause,
  })
}
