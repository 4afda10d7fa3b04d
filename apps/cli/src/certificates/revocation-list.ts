import { createPublicKey, sign, verify, type X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { bytesOf, digitsOf, elementsOf, oid, primitive, sequence, taggedZero, time } from './der.ts'
import type { Issued } from './issue.ts'

/** CertificateList of RFC 5280 5.1, version 2: node-forge makes none. */
export interface RevocationList {
  /** RFC 5280 5.2.3: counts up with each list of a CA. */
  readonly number: bigint
  /** Kept whole, with what another program may have added. */
  readonly entries: readonly forge.asn1.Asn1[]
}

/** Clocks of modalities are not exact. */
const backdatedMs = 3_600_000
const dayMs = 86_400_000

const { Class, Type } = forge.asn1
const sha256WithRsaEncryption = '1.2.840.113549.1.1.11'
const authorityKeyIdentifier = '2.5.29.35'
const crlNumber = '2.5.29.20'

/** The list with a certificate more, or the same list if it is there already. */
export function withRevoked(list: RevocationList, { serialNumber }: X509Certificate): RevocationList {
  const digits = serialNumber.toLowerCase()
  const signed = digits >= '8' ? `00${digits}` : digits // an INTEGER that is not negative
  if (list.entries.some((entry) => digitsOf(elementsOf(entry)[0]) === signed)) return list
  const entry = sequence(primitive(Type.INTEGER, forge.util.hexToBytes(signed)), time(new Date()))
  return { ...list, entries: [...list.entries, entry] }
}

/** The next list of this CA, signed, PEM. */
export function writeRevocationList(
  { number, entries }: RevocationList,
  days: number,
  issuer: Issued,
): string {
  const certificate = forge.pki.certificateFromPem(issuer.certificate)
  const list = sequence(
    primitive(Type.INTEGER, '\x01'),
    signatureAlgorithm(),
    forge.pki.distinguishedNameToAsn1(certificate.subject),
    time(new Date(Date.now() - backdatedMs)),
    time(new Date(Date.now() + days * dayMs)),
    // RFC 5280 5.1.2.6: absent where there are none
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    taggedZero(
      sequence(
        extension(
          authorityKeyIdentifier,
          sequence(taggedZero(certificate.generateSubjectKeyIdentifier().getBytes())),
        ),
        extension(crlNumber, primitive(Type.INTEGER, octetsOf(number))),
      ),
    ),
  )
  const signature = sign('sha256', bytesOf(list), issuer.key).toString('latin1')
  const body = bytesOf(sequence(list, signatureAlgorithm(), primitive(Type.BITSTRING, `\0${signature}`)))
  const base64 = body.toString('base64').replaceAll(/.{1,64}/g, '$&\n')
  return `-----BEGIN X509 CRL-----\n${base64}-----END X509 CRL-----\n`
}

/** Undefined for what is no list that this CA signed. */
export function readRevocationList(pem: string, authority: string): RevocationList | undefined {
  try {
    const base64 = /-----BEGIN X509 CRL-----([^-]*)-----END X509 CRL-----/.exec(pem)?.[1] ?? ''
    const der = Buffer.from(base64, 'base64')
    const [list] = elementsOf(forge.asn1.fromDer(der.toString('latin1')))
    if (!list || !isSigned(bytesOf(list), der, authority)) return undefined
    const elements = elementsOf(list)
    const extensions = elementsOf(elementsOf(elements.at(-1))[0])
    const numbered = extensions.find((each) => digitsOf(elementsOf(each)[0]) === digitsOf(oid(crlNumber)))
    const octets = elementsOf(numbered).at(-1)?.value
    const number =
      typeof octets === 'string' ? forge.asn1.fromDer(octets) : elementsOf(elementsOf(numbered).at(-1))[0]
    // Version and nextUpdate may be missing, so the entries are found by the time before them.
    const last = elements.findLastIndex(({ type }) => type === Type.UTCTIME || type === Type.GENERALIZEDTIME)
    const behind = elements[last + 1]
    const entries = behind?.tagClass === Class.UNIVERSAL ? elementsOf(behind) : []
    return { number: BigInt(`0x${digitsOf(number) || '0'}`), entries }
  } catch {
    return undefined
  }
}

/** An RSA signature is as long as the key's modulus, and ends the list. */
function isSigned(list: Buffer, whole: Buffer, authority: string): boolean {
  const key = createPublicKey(authority)
  const signatureBytes = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
  return verify('sha256', list, key, whole.subarray(whole.length - signatureBytes))
}

function signatureAlgorithm(): forge.asn1.Asn1 {
  return sequence(oid(sha256WithRsaEncryption), primitive(Type.NULL, ''))
}

function extension(name: string, value: forge.asn1.Asn1): forge.asn1.Asn1 {
  return sequence(oid(name), primitive(Type.OCTETSTRING, bytesOf(value).toString('latin1')))
}

/** Two's complement; the zero in front keeps it positive. */
function octetsOf(number: bigint): string {
  const digits = number.toString(16)
  const even = digits.length % 2 === 0 ? digits : `0${digits}`
  return forge.util.hexToBytes(even >= '8' ? `00${even}` : even)
}
