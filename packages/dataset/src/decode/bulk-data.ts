/** A value left where it is, for whoever gives it an address. */
export interface BulkDataValue {
  /** From the outermost sequence to the element: tags, and item numbers from 0 between them. */
  readonly path: readonly number[]
  readonly vr: string
  /** In bytes since the data set's first. When deflated, of what was inflated. */
  readonly offset: number
  /** In bytes; undefined for encapsulated pixel data, which a delimiter ends. */
  readonly length: number | undefined
  /** What it is written in if it is text, as `characterSet` takes it: the model says `ISO_IR 192`, of which these bytes know nothing. */
  readonly specificCharacterSet: readonly string[]
}

export interface BulkDataOptions {
  /** Longer values become bulk data, in bytes. Encapsulated pixel data does, whatever its length. */
  readonly thresholdBytes: number
  /** The BulkDataURI of a value. */
  readonly uri: (value: BulkDataValue) => string
}

/** PS3.18 F.2.6 and 10.4.1.1.2: the VRs that may be bulk data. */
const bulkVrs: ReadonlySet<string> = new Set(
  'DS FL FD IS LT OB OD OF OL OV OW SL SS ST SV UC UL UN US UT UV'.split(' '),
)

export function mayBeBulkData(vr: string): boolean {
  return bulkVrs.has(vr)
}
