import {
  type ConnectionRole,
  secured,
  type SecuredOptions,
  type SecurityProvider,
  type Transport,
} from '@dcm/transport'
import { tcp, type TcpOptions } from '@dcm/transport-tcp'
import type { SecuritySettings } from './configuration.ts'

/** TCP, and over it the layers in their order, the one nearest the socket first. */
export async function transportWith(
  layers: readonly SecuritySettings[],
  role: ConnectionRole,
  options: TcpOptions & Pick<SecuredOptions, 'onHandshakeFailure' | 'handshakeTimeoutMs'> = {},
): Promise<Transport> {
  const { onHandshakeFailure, handshakeTimeoutMs, ...tcpOptions } = options
  const transport = tcp(tcpOptions)
  if (layers.length === 0) return transport
  const providers = await Promise.all(layers.map((layer) => securityLayer(layer, role)))
  return secured(transport, {
    providers,
    ...(onHandshakeFailure && { onHandshakeFailure }),
    ...(handshakeTimeoutMs !== undefined && { handshakeTimeoutMs }),
  })
}

/** What secures is loaded when it is asked for: TLS alone takes as long to load as a plain command does to be up. */
async function securityLayer(layer: SecuritySettings, role: ConnectionRole): Promise<SecurityProvider> {
  if (layer.kind === 'tls') return (await import('./tls-layer.ts')).tlsLayer(layer, role)
  return (await import('./iscl-layer.ts')).isclLayer(layer)
}
