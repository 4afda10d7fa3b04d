/** A data set as bytes, and how they are written. */
export interface EncodedDataSet {
  readonly transferSyntaxUid: string
  readonly bytes: Uint8Array
}
