import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { associate } from '@dcm/scu'
import { iscl, isclKeys } from '@dcm/security-iscl'
import { type SecurityProvider, secured } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { tls } from '@dcm/transport-tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stacked, stackedScp } from '../src/stacked.ts'
import { anyPort } from './address.ts'
import { makeCertificates } from './certificates.ts'
import { TemporaryFolder } from './temporary-folder.ts'

const folder = new TemporaryFolder()

beforeAll(async () => {
  await makeCertificates(folder.path)
})

afterAll(() => {
  folder[Symbol.dispose]()
})

function outer(name: string): SecurityProvider {
  const pem = (file: string) => readFile(folder.file(file))
  return tls({
    credentials: async () => ({
      identities: [{ key: await pem(`${name}.key`), certificate: await pem(`${name}.pem`) }],
      ca: await pem('ca.pem'),
    }),
  })
}

const [authenticationKey, trafficKey, otherKey] = [randomBytes(32), randomBytes(32), randomBytes(32)]

function inner(identity: string, peer: string, authentication = authenticationKey): SecurityProvider {
  const slot = (key: Uint8Array) => [{ peer, index: 1, key, status: 'active' as const }]
  return iscl({
    identity,
    keys: isclKeys({ authentication: slot(authentication), traffic: slot(trafficKey) }),
  })
}

const call = {
  callingAeTitle: 'CT1',
  calledAeTitle: 'STACKED',
  contexts: [{ abstractSyntax: '1.2.840.10008.1.1' }],
}

describe('ISCL inside TLS', () => {
  it('carries an association, and each layer says whom it authenticated', async () => {
    await using scp = stackedScp(outer('server'), inner('STACKED', 'CT1'))
    const to = await scp.listen(anyPort)
    const transport = stacked(outer('client'), inner('CT1', 'STACKED'))
    await using association = await associate({ to, transport, ...call })
    expect((await association.echo()).status).toBe(0)
    expect(association.association.connection.security).toMatchObject([
      { profile: 'tls', peer: { kind: 'x509', name: 'CN=STACKED' } },
      { profile: 'iscl', peer: { kind: 'psk', name: 'STACKED' } },
    ])
  })

  it('does not serve one whose name only ends like the AE title', async () => {
    await using scp = stackedScp(outer('server'), inner('STACKED', 'NOT-CT1'))
    const to = await scp.listen(anyPort)
    const transport = stacked(outer('client'), inner('NOT-CT1', 'STACKED'))
    await expect(associate({ to, transport, ...call })).rejects.toMatchObject({
      name: 'AssociationRejectedError',
    })
  })

  it.each([
    ['a certificate alone', () => [outer('client')], 'AssociationAbortedError'],
    ['a key alone', () => [inner('CT1', 'STACKED')], 'SecurityError'],
    ['the layers in the other order', () => [inner('CT1', 'STACKED'), outer('client')], 'SecurityError'],
    ['a wrong key inside', () => [outer('client'), inner('CT1', 'STACKED', otherKey)], 'SecurityError'],
  ])('does not serve %s', async (_, providers, name) => {
    await using scp = stackedScp(outer('server'), inner('STACKED', 'CT1'))
    const to = await scp.listen(anyPort)
    // The acceptor of one layer waits for the other: TLS for the requestor's word, ISCL for the acceptor's.
    const transport = secured(tcp(), { providers: providers(), handshakeTimeoutMs: 500 })
    await expect(associate({ to, transport, ...call })).rejects.toMatchObject({ name })
  })
})
