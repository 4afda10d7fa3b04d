/**
 * Bytes that come in batches: what a data set is while it travels. Anything with this method can be sent, and every
 * data set received has it.
 */
export interface ByteSource {
  /**
   * The next runs of bytes, in order, at least one; undefined at the end. The runs are the reader's: nobody changes them unless it
   * recycles them. Rejects when the source broke, and then always. One call at a time.
   */
  read(): Promise<readonly Uint8Array[] | undefined>
  /**
   * Told by a reader that copies, such as one that sends or writes to disk: these runs of an earlier `read()` have left, and their
   * memory may be used for later ones. Each run once. A reader that keeps what it reads tells nothing.
   */
  recycle?(runs: readonly Uint8Array[]): void
}
