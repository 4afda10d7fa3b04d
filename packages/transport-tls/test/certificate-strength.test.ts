import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { weakness } from '../src/certificate-strength.ts'
import { readDer } from '../src/der.ts'
import { site } from './site.ts'

/** A self-signed certificate with a key and a signature as the openssl program is told. */
function selfSigned(...line: readonly string[]): X509Certificate {
  const options = ['req', '-x509', '-nodes', '-subj', '/CN=x', '-keyout', '/dev/null', '-newkey', ...line]
  return new X509Certificate(execFileSync('openssl', options, { stdio: 'pipe' }))
}

const pss = ['-sigopt', 'rsa_padding_mode:pss'] as const

test.each([
  ['RSA 2048 with SHA-256', ['rsa:2048', '-sha256']],
  ['RSA 2048 with SHA-384', ['rsa:2048', '-sha384']],
  ['RSA 3072 with SHA-512', ['rsa:3072', '-sha512']],
  ['RSA-PSS with SHA-256', ['rsa:2048', '-sha256', ...pss]],
  ['RSA-PSS with SHA-384', ['rsa:2048', '-sha384', ...pss]],
  ['P-256', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-sha256']],
  ['P-384', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-sha384']],
  ['P-521', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-521', '-sha512']],
] as const)('%s is strong enough', (_name, line) => {
  expect(weakness(selfSigned(...line), [])).toBeUndefined()
})

test.each([
  ['RSA 1024', ['rsa:1024', '-sha256'], 'an RSA key of 1024 bits; at least 2048'],
  ['RSA 2040', ['rsa:2040', '-sha256'], 'an RSA key of 2040 bits; at least 2048'],
  ['SHA-1', ['rsa:2048', '-sha1'], /older than SHA-256/],
  ['SHA-224', ['rsa:2048', '-sha224'], /older than SHA-256/],
  ['RSA-PSS with SHA-1', ['rsa:2048', '-sha1', ...pss], /older than SHA-256/],
  ['ECDSA with SHA-1', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-sha1'], /older than SHA-256/],
  ['P-224', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-224', '-sha256'], /a key on secp224r1/],
  [
    'a curve of another family',
    ['ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1', '-sha256'],
    /a key on secp256k1/,
  ],
  ['Ed25519, which no profile lists', ['ed25519'], 'a key of type ed25519; allowed are RSA and EC'],
] as const)('%s is not', (_name, line, reason) => {
  expect(weakness(selfSigned(...line), [])).toMatch(reason)
})

test('the signature on a CA that is held already is not looked at, its key is', () => {
  const old = selfSigned('rsa:2048', '-sha1')
  expect(weakness(old, [old])).toBeUndefined()
  const short = selfSigned('rsa:1024', '-sha1')
  expect(weakness(short, [short])).toMatch('1024 bits')
})

test('DER that does not parse has no elements, wherever it is cut', () => {
  const { raw } = new X509Certificate(site.server.certificate)
  for (let end = 0; end < raw.length; end++) expect(readDer(raw.subarray(0, end))).toEqual([])
  expect(readDer(raw)).toHaveLength(1)
  expect(readDer(Buffer.from('30ff', 'hex'))).toEqual([])
  expect(readDer(Buffer.from('3084ffffffff00', 'hex'))).toEqual([])
})
