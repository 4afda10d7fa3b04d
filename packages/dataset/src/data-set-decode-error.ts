/** The sender's fault: bytes that are no data set, or one over a limit. */
export class DataSetDecodeError extends Error {
  override readonly name = 'DataSetDecodeError'
  /** Stable, for programs: `DCM_DATA_SET_…`. */
  readonly code: DataSetDecodeErrorCode
  /** Where it was found, in bytes since the data set's first; when deflated, of what was inflated. */
  readonly byteOffset: number

  constructor(message: string, options: DataSetDecodeErrorOptions) {
    super(`${message}, at byte ${String(options.byteOffset)} of the data set`, { cause: options.cause })
    this.code = options.code
    this.byteOffset = options.byteOffset
  }
}

export interface DataSetDecodeErrorOptions {
  readonly code: DataSetDecodeErrorCode
  readonly byteOffset: number
  readonly cause?: unknown
}

export type DataSetDecodeErrorCode =
  /** No data set of this transfer syntax. */
  | 'DCM_DATA_SET_MALFORMED'
  /** The bytes end inside an element, item or sequence. */
  | 'DCM_DATA_SET_TRUNCATED'
  /** What should be deflated is not, or is cut. */
  | 'DCM_DATA_SET_DEFLATE'
  /** More bytes than the limit, those inflated included. */
  | 'DCM_DATA_SET_TOO_LARGE'
  /** More elements, items and values than the limit. */
  | 'DCM_DATA_SET_TOO_MANY_VALUES'
  /** Sequences nested deeper than the limit. */
  | 'DCM_DATA_SET_TOO_DEEP'
