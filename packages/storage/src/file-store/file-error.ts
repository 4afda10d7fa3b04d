import { constants } from 'node:os'
import { StorageError, type StorageErrorCode } from '../storage-error.ts'

const codes: ReadonlyMap<string, StorageErrorCode> = new Map([
  ['ENOSPC', 'DCM_STORAGE_FULL'],
  ['EDQUOT', 'DCM_STORAGE_FULL'],
  ['EFBIG', 'DCM_STORAGE_FULL'],
  ['EMFILE', 'DCM_STORAGE_EXHAUSTED'],
  ['ENFILE', 'DCM_STORAGE_EXHAUSTED'],
  ['ENOMEM', 'DCM_STORAGE_EXHAUSTED'],
  ['EAGAIN', 'DCM_STORAGE_EXHAUSTED'],
  ['EACCES', 'DCM_STORAGE_DENIED'],
  ['EPERM', 'DCM_STORAGE_DENIED'],
  ['EROFS', 'DCM_STORAGE_DENIED'],
])

/** An error of Node's `fs` in this package's terms. */
export function fileError(doing: string, error: unknown): StorageError {
  const errno = errnoOf(error) ?? 'an unknown error'
  return new StorageError(`${doing} failed: ${errno}`, {
    code: codes.get(errno) ?? 'DCM_STORAGE_FAILED',
    cause: error,
  })
}

/** `ENOENT` and the like. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  // Node.js has no name for it: the code is `Unknown system error -122`.
  if ('errno' in error && error.errno === -constants.errno.EDQUOT) return 'EDQUOT'
  return typeof error.code === 'string' ? error.code : undefined
}
