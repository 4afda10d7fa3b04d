import { type Clock, type NetworkAddress, systemClock, type Transport, TransportError } from '@dcm/transport'
import { connect } from './connect.ts'
import { listen } from './listen.ts'

export interface TcpOptions {
  /** Until the peer's host has answered. Default 10 000: three lost packets and their repeats. */
  readonly connectTimeoutMs?: number
  /**
   * Silence before TCP asks whether the peer is still there. Default 60 000: soon enough for a firewall that forgets
   * idle connections after a few minutes.
   */
  readonly keepAliveInitialDelayMs?: number
  /** Replaced in tests. */
  readonly clock?: Clock
}

/** TCP over IPv4 and IPv6, with TCP_NODELAY and keep-alive on. */
export function tcp(options: TcpOptions = {}): Transport {
  const resolved = {
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    keepAliveInitialDelayMs: options.keepAliveInitialDelayMs ?? 60_000,
    clock: options.clock ?? systemClock,
  }
  return {
    connect: async (to, { signal } = {}) => connect(requireHost(to), resolved, signal),
    listen: async (at, listenOptions = {}) => listen(requireHost(at), listenOptions, resolved),
  }
}

function requireHost(address: NetworkAddress): Extract<NetworkAddress, { host: string }> {
  if ('host' in address) return address
  throw new TransportError(`TCP needs a host and a port, not the path ${address.path}`, {
    code: 'DCM_ADDRESS_UNSUPPORTED',
  })
}
