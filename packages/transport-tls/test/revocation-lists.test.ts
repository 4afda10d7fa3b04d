import forge from 'node-forge'
import { expect, test } from 'vitest'
import { tls } from '@dcm/transport-tls'
import { revocationListsIn } from '../src/revocation-lists.ts'
import { createCertificateAuthority } from './certificates.ts'
import { site } from './site.ts'

test('each list of a text is read, with its CA and its times', () => {
  const nextUpdate = new Date('2049-12-31T23:59:59Z')
  const thisUpdate = new Date('2026-01-01T00:00:00Z')
  const list = createCertificateAuthority('Other CA').revocationList([], nextUpdate, thisUpdate)
  const [first, second, ...more] = revocationListsIn(`${site.crl}# another\r\n${list}`)
  expect(more).toEqual([])
  expect(first?.issuer).toBe('CN=Hospital CA')
  expect(second).toMatchObject({ issuer: 'CN=Other CA', thisUpdate, nextUpdate })
  expect(second?.pem).toBe(list.trim())
})

test.each([
  ['no list', 'nonsense', 'crl holds something that is no revocation list in PEM'],
  ['an empty list', armoured(Buffer.alloc(0)), 'crl holds a revocation list that does not parse'],
  ['a list of one time', armoured(oneTime()), 'crl holds a revocation list that does not parse'],
])('%s is refused', (_name, text, message) => {
  expect(() => revocationListsIn(text)).toThrow(
    expect.objectContaining({ name: 'SecurityError', code: 'DCM_TLS_CREDENTIALS', message }),
  )
})

test('a list with a time that is none is refused, which OpenSSL would find out at the next peer', () => {
  const der = Buffer.from(site.crl.split('-----')[2] ?? '', 'base64')
  const odd = Buffer.from(der.toString('latin1').replace(/\d{12}Z/, '261301000000Z'), 'latin1')
  expect(() => revocationListsIn(armoured(odd))).toThrow('crl holds a revocation list that does not parse')
})

test('a list of what has changed only is refused, which the OpenSSL of Node 22.13 takes for all there is', async () => {
  const { ca, server, crl } = site
  const message =
    'crl holds a delta list of CN=Hospital CA, which says only what has changed; give the complete one'
  const provider = tls({
    credentials: { identities: [server], ca, crl: [crl, withExtension(crl, '2.5.29.27')] },
  })
  await expect(provider.certificates()).rejects.toMatchObject({ code: 'DCM_TLS_CREDENTIALS', message })
  // the number of the list, which every complete one has
  expect(revocationListsIn(withExtension(crl, '2.5.29.20'))).toHaveLength(1)
})

/** The list with an extension that holds 1. Its signature is as it was, which nobody looks at before a peer comes. */
function withExtension(pem: string, oid: string): string {
  const { asn1 } = forge
  const { Class, Type } = asn1
  const list = asn1.fromDer(forge.util.createBuffer(forge.pem.decode(pem)[0]?.body ?? ''))
  const sequence = (...parts: forge.asn1.Asn1[]) => asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, parts)
  const extension = sequence(
    asn1.create(Class.UNIVERSAL, Type.OID, false, asn1.oidToDer(oid).getBytes()),
    asn1.create(Class.UNIVERSAL, Type.BOOLEAN, false, '\xff'),
    asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, false, '\x02\x01\x01'),
  )
  const [body] = list.value as forge.asn1.Asn1[]
  const fields = body?.value as forge.asn1.Asn1[]
  fields.push(asn1.create(Class.CONTEXT_SPECIFIC, Type.NONE, true, [sequence(extension)]))
  return armoured(Buffer.from(asn1.toDer(list).getBytes(), 'latin1'))
}

function armoured(der: Buffer): string {
  return `-----BEGIN X509 CRL-----\n${der.toString('base64')}\n-----END X509 CRL-----`
}

/** A tbsCertList that begins with its time, without an issuer. */
function oneTime(): Buffer {
  const time = Buffer.from('261231000000Z')
  return Buffer.concat([Buffer.from('3011300f170d', 'hex'), time])
}
