import { UsageError } from './errors.ts'
import { requireSignal } from './require-options.ts'
import { runHandshakes } from './run-handshakes.ts'
import { SecuredListener } from './secured-listener.ts'
import { resolveSecuredOptions, type SecuredOptions } from './secured-options.ts'
import type { Transport } from './transport.ts'

/**
 * A transport whose connections have come through these security layers; never a plain one.
 *
 * Its listener takes connections and runs their handshakes whether or not `accept()` is called, many at once, and up to a bound. A
 * failed one is destroyed and reported; the listener goes on. `connect()` rejects with `SecurityError`.
 *
 * @throws UsageError `DCM_NO_SECURITY_PROVIDER`, `DCM_LIMIT_RANGE`, `DCM_OPTION`
 */
export function secured(transport: Transport, options: SecuredOptions): Transport {
  const resolved = resolveSecuredOptions(options)
  requireTransport(transport)
  return {
    connect: async (to, { signal } = {}) => {
      requireSignal(signal)
      const connection = await transport.connect(to, signal && { signal })
      return runHandshakes(connection, 'requestor', resolved, signal)
    },
    listen: async (at, listenOptions) => {
      return new SecuredListener(await transport.listen(at, listenOptions), resolved)
    },
  }
}

/** From JavaScript: the function that makes one. */
function requireTransport(transport: Transport): void {
  const { connect, listen } = Object(transport) as Partial<Transport>
  if (typeof connect === 'function' || typeof listen === 'function') return
  throw new UsageError(
    'secured() needs a transport, which connects or listens; allowed is what tcp() gives',
    {
      code: 'DCM_OPTION',
    },
  )
}
