import { type DerElement, hex, inside, readDer } from './der.ts'
import { tlsError } from './tls-error.ts'

/** A certificate revocation list (RFC 5280 5.1). */
export interface RevocationList {
  readonly pem: string
  readonly issuer: string
  readonly thisUpdate: Date
  /** From then on everybody below its issuer is refused. Undefined for a list without an end, which RFC 5280 does not allow. */
  readonly nextUpdate: Date | undefined
}

/**
 * Each list of some PEM text on its own: OpenSSL takes the first of a text, and a revocation in the second would be lost.
 *
 * @throws SecurityError when there is none
 */
export function revocationListsIn(text: string): readonly RevocationList[] {
  const blocks = text.match(/-----BEGIN X509 CRL-----[^-]*-----END X509 CRL-----/g)
  if (blocks === null)
    throw tlsError('DCM_TLS_CREDENTIALS', 'crl holds something that is no revocation list in PEM')
  return blocks.map(revocationList)
}

/**
 * CertificateList ::= SEQUENCE { tbsCertList SEQUENCE { version?, signature, issuer, thisUpdate, nextUpdate?, …, crlExtensions? }, … }
 */
function revocationList(pem: string): RevocationList {
  const der = Buffer.from(pem.split('-----')[2] ?? '', 'base64')
  const fields = inside(inside(readDer(der)[0])[0])
  const times = fields.findIndex(isTime)
  const [thisUpdate, nextUpdate] = fields.slice(times, times + 2)
  if (times < 1 || thisUpdate === undefined) throw unparsable()
  const issuer = distinguishedName(fields[times - 1])
  // The OpenSSL of Node 22.13 takes it for the whole, and the newer list for the one in force: whom the older revoked would come in.
  if (isDelta(fields))
    throw tlsError(
      'DCM_TLS_CREDENTIALS',
      `crl holds a delta list of ${issuer}, which says only what has changed; give the complete one`,
    )
  return {
    pem,
    issuer,
    thisUpdate: time(thisUpdate),
    nextUpdate: nextUpdate && isTime(nextUpdate) ? time(nextUpdate) : undefined,
  }
}

/** [0] EXPLICIT in TBSCertList: SEQUENCE OF SEQUENCE { OID, … }. */
const extensionsTag = 0xa0
/** id-ce-deltaCRLIndicator, 2.5.29.27 (RFC 5280 5.2.4). */
const deltaIndicator = '551d1b'

function isDelta(fields: readonly DerElement[]): boolean {
  const [extensions] = inside(fields.find(({ tag }) => tag === extensionsTag))
  return inside(extensions).some((extension) => hex(inside(extension)[0]) === deltaIndicator)
}

const utcTime = 0x17
const generalizedTime = 0x18

function isTime({ tag }: DerElement): boolean {
  return tag === utcTime || tag === generalizedTime
}

/** RFC 5280 4.1.2.5: YYMMDDHHMMSSZ of 1950 to 2049, and YYYYMMDDHHMMSSZ. */
function time({ tag, value }: DerElement): Date {
  const digits = text(value)
  const year = tag === generalizedTime ? '' : Number(digits.slice(0, 2)) < 50 ? '20' : '19'
  const date = new Date((year + digits).replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(date.getTime())) throw unparsable()
  return date
}

function unparsable(): Error {
  return tlsError('DCM_TLS_CREDENTIALS', 'crl holds a revocation list that does not parse')
}

/** The attribute types of X.520 that CAs use, by their OBJECT IDENTIFIER in DER. */
const attributeNames: Readonly<Record<string, string>> = {
  '550403': 'CN',
  '550406': 'C',
  '55040a': 'O',
  '55040b': 'OU',
}

/** For people: Name ::= SEQUENCE OF SET OF SEQUENCE { type, value }. */
function distinguishedName(name: DerElement | undefined): string {
  const attributes = inside(name).flatMap(inside).map(inside)
  return attributes
    .map(([type, value]) => {
      const oid = hex(type)
      return `${attributeNames[oid] ?? oid}=${value ? text(value.value) : ''}`
    })
    .join(', ')
}

function text(value: Uint8Array): string {
  return Buffer.from(value).toString('utf8')
}
