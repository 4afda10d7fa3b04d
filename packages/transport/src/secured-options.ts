import { type Clock, systemClock } from './clock.ts'
import { UsageError } from './errors.ts'
import type { HandshakeFailure } from './handshake-failure.ts'
import { requireLimit } from './require-limit.ts'
import { type OptionKinds, requireOptions } from './require-options.ts'
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
   * more than a site's devices that all reconnect at once, at some 70 KiB each for TLS, and 200 KiB where a stranger sends all
   * that TLS lets it.
   */
  readonly maxConcurrentHandshakes?: number
  /** Told of each failure but probes, who say nothing and leave, as is `dcm:transport:handshake-failed`. What it throws becomes a process warning. */
  readonly onHandshakeFailure?: (failure: HandshakeFailure) => void
  /** Replaced in tests. */
  readonly clock?: Clock
}

const optionKinds = {
  providers: 'array',
  handshakeTimeoutMs: 'number',
  maxConcurrentHandshakes: 'number',
  onHandshakeFailure: 'function',
  clock: 'object',
} as const satisfies OptionKinds<SecuredOptions>

/** @throws UsageError `DCM_OPTION`, `DCM_LIMIT_RANGE`, `DCM_NO_SECURITY_PROVIDER` */
export function resolveSecuredOptions(options: SecuredOptions): Required<SecuredOptions> {
  requireOptions('secured()', options, optionKinds, ['providers'])
  if (options.providers.length === 0) {
    throw new UsageError(
      'secured() without a provider would leave connections plain; one is needed at least',
      {
        code: 'DCM_NO_SECURITY_PROVIDER',
      },
    )
  }
  options.providers.forEach(requireProvider)
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

/** From JavaScript: the function that makes one, for example. */
function requireProvider(provider: SecurityProvider, index: number): void {
  const { profile, upgrade } = Object(provider) as Partial<SecurityProvider>
  if (typeof profile === 'string' && typeof upgrade === 'function') return
  throw new UsageError(
    `providers[${String(index)}] of secured() is no security provider; allowed is what tls() or iscl() gives, or a profile with an upgrade()`,
    { code: 'DCM_OPTION' },
  )
}
