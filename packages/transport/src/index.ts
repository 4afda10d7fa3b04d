export { AcceptQueue } from './accept-queue.ts'
export { type Clock, systemClock, type TimerHandle } from './clock.ts'
export type { Connection, PeerIdentity, SecurityContext } from './connection.ts'
export { SecurityError, TimeoutError, TransportError, UsageError } from './errors.ts'
export type { HandshakeFailure } from './handshake-failure.ts'
export { formatAddress, type NetworkAddress } from './network-address.ts'
export { observeErrors } from './observe-errors.ts'
export { recycleReads } from './recycle-reads.ts'
export { requireLimit } from './require-limit.ts'
export {
  optionFault,
  type OptionKind,
  type OptionKinds,
  requireOptions,
  requireSignal,
} from './require-options.ts'
export { requireUpgrade } from './require-upgrade.ts'
export type { SecuredOptions } from './secured-options.ts'
export { secured } from './secured.ts'
export type { ConnectionRole, SecurityProvider } from './security-provider.ts'
export type { Listener, ListenOptions, Transport } from './transport.ts'
