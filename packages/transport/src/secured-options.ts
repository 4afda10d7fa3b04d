import { type Clock, systemClock } from './clock.ts'
import { UsageError } from './errors.ts'
import type { HandshakeFailure } from './handshake-failure.ts'
import { requireLimit } from './require-limit.ts'
import type { SecurityProvider } from './security-provider.ts'

export interface SecuredOptions {
  /** The layers, the one nearest the socket first; one at least. */
  readonly providers: readonly SecurityProvider[]
  /**
   * For all layers of one connection together, from its acceptance or connect on. Default 10 000: a handshake takes three round
   * trips or so, and on a bad line each may need a repeat after 3 s.
   */
  readonly handshakeTimeoutMs?: number
  /**
   * A listener's handshakes under way, and connections that are through and wait for `accept()`, together. At the bound the
   * transport below keeps the rest pending, until the oldest handshake has had a tenth of its time and gives way. Default 1024:
   * more than a site's devices that all reconnect at once, at some 50 KiB each for TLS.
   */
  readonly maxConcurrentHandshakes?: number
  /** Told of each failure, as is `dcm:transport:handshake-failed`. What it throws becomes a process warning. */
  readonly onHandshakeFailure?: (failure: HandshakeFailure) => void
  /** Replaced in tests. */
  readonly clock?: Clock
}

/** @throws UsageError `DCM_LIMIT_RANGE`, `DCM_NO_SECURITY_PROVIDER` */
export function resolveSecuredOptions(options: SecuredOptions): Required<SecuredOptions> {
  if (options.providers.length === 0) {
    throw new UsageError(
      'secured() without a provider would leave connections plain; one is needed at least',
      {
        code: 'DCM_NO_SECURITY_PROVIDER',
      },
    )
  }
  return {
    providers: [...options.providers],
    handshakeTimeoutMs: requireLimit('handshakeTimeoutMs', options.handshakeTimeoutMs ?? 10_000, 1),
    maxConcurrentHandshakes: requireLimit(
      'maxConcurrentHandshakes',
      options.maxConcurrentHandshakes ?? 1_024,
      1,
    ),
    onHandshakeFailure: options.onHandshakeFailure ?? (() => undefined),
    clock: options.clock ?? systemClock,
  }
}
