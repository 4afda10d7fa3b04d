import { expect, test } from 'vitest'
import { revocationListsIn } from '../src/revocation-lists.ts'
import { createCertificateAuthority, inDays } from './certificates.ts'
import { site } from './site.ts'

test('each list of a text is read, with its CA and its times', () => {
  const nextUpdate = new Date('2049-12-31T23:59:59Z')
  const list = createCertificateAuthority('Other CA').revocationList([], nextUpdate)
  const [first, second, ...more] = revocationListsIn(`${site.crl}# another\r\n${list}`)
  expect(more).toEqual([])
  expect(first?.issuer).toBe('CN=Hospital CA')
  expect(first?.thisUpdate.getTime()).toBeCloseTo(inDays(-1).getTime(), -5)
  expect(second).toMatchObject({ issuer: 'CN=Other CA', nextUpdate })
  expect(second?.pem).toBe(list.trim())
})
