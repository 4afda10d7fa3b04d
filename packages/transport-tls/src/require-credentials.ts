import { optionFault, type OptionKind } from '@dcm/transport'
import type { CertificateCredentials, PreSharedKeyCredentials, TlsIdentity } from './credentials.ts'
import { tlsError } from './tls-error.ts'

/**
 * What JavaScript lets pass: with a misspelt `crl` no revoked certificate would be refused.
 *
 * @throws SecurityError `DCM_TLS_CREDENTIALS`
 */
export function requireCertificateCredentials(credentials: CertificateCredentials): void {
  requireMembers('credentials', credentials, { identities: 'array', ca: 'any', crl: 'any' }, [
    'identities',
    'ca',
  ])
  for (const [name, pems] of Object.entries({ ca: credentials.ca, crl: credentials.crl ?? [] })) {
    for (const pem of [pems].flat()) requirePem(name, pem)
  }
  credentials.identities.forEach(requireIdentity)
}

/** @throws SecurityError `DCM_TLS_CREDENTIALS` */
export function requirePreSharedKeys(credentials: PreSharedKeyCredentials): void {
  requireMembers('credentials', credentials, { keys: 'object', identity: 'string' }, ['keys'])
  if (!(Symbol.iterator in credentials.keys)) {
    throw tlsError('DCM_TLS_CREDENTIALS', 'keys is no Map; allowed is a Map of keys by identity')
  }
  for (const [identity, key] of credentials.keys as ReadonlyMap<unknown, unknown>) {
    if (typeof identity === 'string' && key instanceof Uint8Array) continue
    // What is written as text is a passphrase, or hex: neither is the key.
    throw tlsError(
      'DCM_TLS_CREDENTIALS',
      `the key of ${String(identity)} is no Uint8Array; its bytes are allowed`,
    )
  }
}

function requireIdentity(identity: TlsIdentity, index: number): void {
  if ('pkcs12' in Object(identity)) return
  const { key, certificate } = Object(identity) as Partial<Record<'key' | 'certificate', unknown>>
  requirePem(`key of identities[${String(index)}]`, key)
  requirePem(`certificate of identities[${String(index)}]`, certificate)
}

function requirePem(name: string, pem: unknown): void {
  if (typeof pem === 'string' || pem instanceof Uint8Array) return
  const what = pem === undefined ? 'missing' : pem instanceof Promise ? 'a promise' : 'neither text nor bytes'
  throw tlsError('DCM_TLS_CREDENTIALS', `${name} is ${what}; allowed is PEM`)
}

function requireMembers(
  name: string,
  members: object,
  kinds: Readonly<Record<string, OptionKind>>,
  required: readonly string[] = [],
): void {
  const fault = optionFault(name, members, kinds, required)
  if (fault !== undefined) throw tlsError('DCM_TLS_CREDENTIALS', fault)
}
