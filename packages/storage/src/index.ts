export { fileStore, type FileStore, type FileStoreOptions } from './file-store/file-store.ts'
export type { ByteSource, IncomingObject, ObjectStore, StoredObject } from './object-store.ts'
export { StorageError, type StorageErrorCode } from './storage-error.ts'
