/**
 * Why a store could not keep an object.
 * - `DCM_STORAGE_FULL`: no space, or the quota is used up.
 * - `DCM_STORAGE_EXHAUSTED`: out of file descriptors or memory; later it may work.
 * - `DCM_STORAGE_DENIED`: permissions, or a read-only file system.
 * - `DCM_STORAGE_INVALID`: what identifies the object cannot be written to a file.
 * - `DCM_STORAGE_CLOSED`: the store was closed.
 * - `DCM_STORAGE_FAILED`: anything else; `cause` says what.
 */
export type StorageErrorCode =
  | 'DCM_STORAGE_FULL'
  | 'DCM_STORAGE_EXHAUSTED'
  | 'DCM_STORAGE_DENIED'
  | 'DCM_STORAGE_INVALID'
  | 'DCM_STORAGE_CLOSED'
  | 'DCM_STORAGE_FAILED'

/** The store's fault. The message names no path, as paths are made of UIDs; `cause` may. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  readonly code: StorageErrorCode

  constructor(message: string, options: { readonly code: StorageErrorCode; readonly cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code
  }
}
