/** Bytes that come in batches: a data set while it travels. */
export interface ByteSource {
  /**
   * The next runs of bytes, in order, at least one; undefined at the end. The runs may be used until the next call. Rejects when
   * the transfer broke, and then always. One call at a time.
   */
  read(): Promise<readonly Uint8Array[] | undefined>
  /** Told by a store that needs these runs of an earlier `read()` no more: their memory may be used for later ones. */
  recycle?(runs: readonly Uint8Array[]): void
}

/** A SOP instance on its way in. */
export interface IncomingObject {
  /** Of the C-STORE command, as the peer sent them: not always UIDs. One character per byte. */
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  /** Of the presentation context: how `dataSet` is written. */
  readonly transferSyntaxUid: string
  readonly callingAeTitle?: string
  readonly calledAeTitle?: string
  readonly dataSet: ByteSource
  /** Fires when the object is no longer wanted; nothing of it is kept then. */
  readonly signal?: AbortSignal
}

/** A SOP instance that is kept. */
export interface StoredObject {
  readonly sopInstanceUid: string
  /** As the data set has it; absent when it has none or could not be understood. */
  readonly studyInstanceUid?: string
  readonly seriesInstanceUid?: string
  readonly dataSetBytes: number
  /** Where it is, in the store's own terms: an absolute path for files. Made of UIDs, so not for logs that others read. */
  readonly location: string
}

/** Where objects are kept. */
export interface ObjectStore {
  /**
   * Reads the data set to its end and keeps the object. Resolves when it is whole, durable by the store's rule, and where
   * readers find it; until then no reader sees any of it. When it rejects, nothing is left of it, and what an earlier object of
   * the same SOP Instance UID left is untouched; only when the very last step failed, making its place durable, may the
   * object be there, whole. Calls may overlap, those for the same UID too.
   *
   * Rejects with a StorageError when the store is at fault, with the source's own error when the transfer broke, and with the
   * signal's reason when it fired. The data set may not have been read to its end then.
   */
  put(object: IncomingObject): Promise<StoredObject>
}
