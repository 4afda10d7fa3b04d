export { createScp, type Scp } from './create-scp.ts'
export type { AbortedAssociation } from './drain.ts'
export type { Logger } from './logger.ts'
export type { ScpOptions } from './options.ts'
export type { Peer, Service, ServiceOperation } from './service.ts'
export {
  type ReceivedInstance,
  storage,
  type StorageOptions,
  type StorageTarget,
} from './services/storage.ts'
export { verification } from './services/verification.ts'
