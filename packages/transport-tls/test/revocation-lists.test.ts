import { expect, test } from 'vitest'
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

function armoured(der: Buffer): string {
  return `-----BEGIN X509 CRL-----\n${der.toString('base64')}\n-----END X509 CRL-----`
}

/** A tbsCertList that begins with its time, without an issuer. */
function oneTime(): Buffer {
  const time = Buffer.from('261231000000Z')
  return Buffer.concat([Buffer.from('3011300f170d', 'hex'), time])
}
