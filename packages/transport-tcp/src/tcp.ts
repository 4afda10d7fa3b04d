import { requireSignal, type Transport } from '@dcm/transport'
import { connect } from './connect.ts'
import { requireEndpoint } from './endpoint.ts'
import { listen } from './listen.ts'
import { resolveTcpOptions, type TcpOptions } from './tcp-options.ts'

/**
 * TCP over IPv4 and IPv6, with TCP_NODELAY and keep-alive on. The stream of a connection is Node's own socket, paused.
 *
 * @throws UsageError `DCM_LIMIT_RANGE`, `DCM_OPTION`
 */
export function tcp(options: TcpOptions = {}): Transport {
  const resolved = resolveTcpOptions(options)
  return {
    connect: async (to, { signal } = {}) => {
      requireSignal(signal)
      return connect(requireEndpoint(to, 1), resolved, signal)
    },
    listen: async (at, listenOptions = {}) => listen(requireEndpoint(at, 0), listenOptions, resolved),
  }
}
