import { channel } from 'node:diagnostics_channel'
import type { NetworkAddress, TransportError } from '@dcm/transport'

/** Published on `dcm:transport-tcp:refused`: the queue of pending connections was full, and one was reset. */
export interface RefusedMessage {
  readonly local: NetworkAddress
  readonly remote: NetworkAddress
  readonly maxPendingConnections: number
}

/**
 * Published on `dcm:transport-tcp:accept-failed`: the system could not hand over a connection, for want of descriptors for
 * example. The listener goes on.
 */
export interface AcceptFailedMessage {
  readonly local: NetworkAddress
  readonly error: TransportError
}

export const refused = channel('dcm:transport-tcp:refused')
export const acceptFailed = channel('dcm:transport-tcp:accept-failed')
