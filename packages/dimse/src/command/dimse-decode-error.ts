/** The peer's fault: bytes that are no command set of PS3.7. */
export class DimseDecodeError extends Error {
  override readonly name = 'DimseDecodeError'
  /** Stable, for programs: `DCM_COMMAND_…`. */
  readonly code: DimseDecodeErrorCode
  /** Where the offending element begins, in bytes since the command set's first; its length when something is missing. */
  readonly byteOffset: number
  /** The offending or missing element, as `0xggggeeee`. */
  readonly tag?: number
  /** Message ID (0000,0110), when it could be read. */
  readonly messageId?: number
  /** Command Field (0000,0100), when it could be read. */
  readonly commandField?: number
  /** Whether a data set follows; undefined when Command Data Set Type (0000,0800) could not be read. */
  readonly hasDataSet?: boolean

  constructor(message: string, options: DimseDecodeErrorOptions) {
    super(message)
    this.code = options.code
    this.byteOffset = options.byteOffset
    if (options.tag !== undefined) this.tag = options.tag
    if (options.messageId !== undefined) this.messageId = options.messageId
    if (options.commandField !== undefined) this.commandField = options.commandField
    if (options.hasDataSet !== undefined) this.hasDataSet = options.hasDataSet
  }
}

export interface DimseDecodeErrorOptions {
  readonly code: DimseDecodeErrorCode
  readonly byteOffset: number
  readonly tag?: number | undefined
  readonly messageId?: number | undefined
  readonly commandField?: number | undefined
  readonly hasDataSet?: boolean | undefined
}

export type DimseDecodeErrorCode =
  /** An element of a group other than 0000. */
  | 'DCM_COMMAND_GROUP'
  /** An element that stands twice, or behind one with a higher tag. */
  | 'DCM_COMMAND_ORDER'
  /** An element length that is odd, undefined or overruns; or bytes behind the last element that are none. */
  | 'DCM_COMMAND_LENGTH'
  /** A value length that its value representation does not allow. */
  | 'DCM_COMMAND_VALUE_LENGTH'
  /** A mandatory element is not there. */
  | 'DCM_COMMAND_FIELD_MISSING'
