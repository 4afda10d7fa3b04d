import { type Clock, type OptionKinds, requireLimit, requireOptions, systemClock } from '@dcm/transport'

export interface TcpOptions {
  /** Until the peer's host has answered. Default 10 000: three lost packets and their repeats, after 1, 2 and 4 s. */
  readonly connectTimeoutMs?: number
  /**
   * Silence before TCP asks whether the peer is still there, in whole seconds. Default 60 000: soon enough for a firewall that
   * forgets idle connections after a few minutes.
   */
  readonly keepAliveInitialDelayMs?: number
  /** Replaced in tests. */
  readonly clock?: Clock
}

const optionKinds = {
  connectTimeoutMs: 'number',
  keepAliveInitialDelayMs: 'number',
  clock: 'object',
} as const satisfies OptionKinds<TcpOptions>

/** @throws UsageError `DCM_LIMIT_RANGE`, `DCM_OPTION` */
export function resolveTcpOptions(options: TcpOptions): Required<TcpOptions> {
  requireOptions('tcp()', options, optionKinds)
  return {
    connectTimeoutMs: requireLimit('connectTimeoutMs', options.connectTimeoutMs ?? 10_000, 1),
    keepAliveInitialDelayMs: requireLimit(
      'keepAliveInitialDelayMs',
      options.keepAliveInitialDelayMs ?? 60_000,
      1_000,
    ),
    clock: options.clock ?? systemClock,
  }
}
