/** What became of one file. */
export type SendOutcome =
  /** Status success. */
  | 'stored'
  /** Kept, with a status of warning: elements coerced or discarded (PS3.4 B.2.3). */
  | 'stored-with-warning'
  /** The journal says that an earlier run stored it. */
  | 'stored-before'
  /** A status of failure: the peer does not want it. */
  | 'refused'
  /** The peer takes no presentation context that it could be sent on. */
  | 'not-accepted'
  /** No Part 10 file, or one that does not say what it is. */
  | 'not-dicom'
  /** The file cannot be read, is cut, or changed while it was sent. */
  | 'unreadable'
  /** No association, or none that lasted, after all attempts. */
  | 'failed'
  /** The caller's signal fired first. */
  | 'stopped'

export interface SendResult {
  readonly path: string
  readonly outcome: SendOutcome
  /** Undefined when the file does not say. */
  readonly sopClassUid?: string
  readonly sopInstanceUid?: string
  readonly transferSyntaxUid?: string
  /** Of the data set. */
  readonly bytes?: number
  /** The last response's, if there was one. */
  readonly status?: number
  /** The peer's words with it. */
  readonly errorComment?: string
  /** Why, where no response says it. */
  readonly error?: Error
  /** How often it was tried. */
  readonly attempts: number
}

/** Files with one SOP class and outcome. */
export interface SendSummaryRow {
  /** Undefined for files that do not say. */
  readonly sopClassUid: string | undefined
  readonly outcome: SendOutcome
  readonly files: number
  readonly bytes: number
}

export interface SendSummary {
  readonly files: number
  /** Files that are at the peer, from this run or an earlier one. */
  readonly stored: number
  /** Bytes of data sets that this run stored. */
  readonly storedBytes: number
  readonly elapsedMs: number
  /** By SOP class, then outcome. */
  readonly rows: readonly SendSummaryRow[]
}
