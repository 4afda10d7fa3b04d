// Two security layers, the ISCL-style one inside TLS: whoever gets hold of a certificate still needs the key of the ring.
import { createScp, type Scp, verification } from '@dcm/scp'
import { type SecurityProvider, secured, type Transport } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'

/** The layer nearest the socket first; an SCU's transport is the same. */
export function stacked(outer: SecurityProvider, inner: SecurityProvider): Transport {
  return secured(tcp(), { providers: [outer, inner] })
}

export function stackedScp(outer: SecurityProvider, inner: SecurityProvider): Scp {
  return createScp({
    aeTitle: 'STACKED',
    transport: stacked(outer, inner),
    // Both layers have to name the caller, and nobody whose name is but like it.
    requireIdentity: ([certificate, key], callingAeTitle) =>
      certificate?.peer?.name === `CN=${callingAeTitle}` && key?.peer?.name === callingAeTitle,
    services: [verification()],
  })
}
