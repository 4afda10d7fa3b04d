import { expect, test } from 'vitest'
import type { SecurityContext } from '@dcm/transport'
import { aeTitlePins } from '@dcm/transport-tls'

const fingerprint = Array(32).fill('AB').join(':')
const other = Array(32).fill('CD').join(':')

function proven(...fingerprints: readonly string[]): readonly SecurityContext[] {
  return fingerprints.map((fingerprint256) => ({
    profile: 'tls',
    protocol: 'TLSv1.3',
    confidential: true,
    peer: { kind: 'x509', name: 'CN=ct', fingerprint256 },
  }))
}

const mayCall = aeTitlePins({ CT1: [other, fingerprint], MR1: [other] })

test('an AE title may be called from with one of its certificates, on any layer', () => {
  expect(mayCall(proven(fingerprint), 'CT1')).toBe(true)
  expect(mayCall(proven('00', other), 'MR1')).toBe(true)
})

test('with another certificate, an unlisted AE title, anonymously or without security it may not', () => {
  expect(mayCall(proven(fingerprint), 'MR1')).toBe(false)
  expect(mayCall(proven(fingerprint), 'CT2')).toBe(false)
  expect(mayCall(proven(fingerprint), 'constructor')).toBe(false)
  expect(mayCall([{ profile: 'tls', protocol: 'TLSv1.3', confidential: true }], 'CT1')).toBe(false)
  expect(mayCall([], 'CT1')).toBe(false)
})

test('a pre-shared key of TLS counts by its identity, another layer’s and a certificate’s name do not', () => {
  const mayCallBy = (profile: string, kind: string) =>
    aeTitlePins({ CT1: ['ct'] })(
      [{ profile, protocol: '', confidential: true, peer: { kind, name: 'ct' } }],
      'CT1',
    )
  expect(mayCallBy('tls', 'psk')).toBe(true)
  expect(mayCallBy('iscl', 'psk')).toBe(false)
  expect(mayCallBy('tls', 'x509')).toBe(false)
})
