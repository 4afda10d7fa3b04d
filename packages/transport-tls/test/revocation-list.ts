import forge from 'node-forge'

const { asn1, pki } = forge
const { Class, Type } = asn1

/** CertificateList of RFC 5280 5.1, signed with SHA-256 and RSA. */
export function revocationListPem(
  issuer: forge.pki.Certificate,
  key: forge.pki.rsa.PrivateKey,
  serialNumbers: readonly string[],
  nextUpdate: Date,
  thisUpdate: Date,
): string {
  const revoked = serialNumbers.map((serialNumber) =>
    sequence(integer(forge.util.hexToBytes(serialNumber)), time(thisUpdate)),
  )
  const list = sequence(
    integer('\x01'), // version 2
    sha256WithRsa(),
    pki.distinguishedNameToAsn1(issuer.subject),
    time(thisUpdate),
    time(nextUpdate),
    ...(revoked.length > 0 ? [sequence(...revoked)] : []),
  )
  const digest = forge.md.sha256.create()
  digest.update(asn1.toDer(list).getBytes())
  const signature = asn1.create(Class.UNIVERSAL, Type.BITSTRING, false, `\x00${key.sign(digest)}`)
  const body = asn1.toDer(sequence(list, sha256WithRsa(), signature)).getBytes()
  return forge.pem.encode({ type: 'X509 CRL', body })
}

function sequence(...elements: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, elements)
}

function integer(bytes: string): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.INTEGER, false, bytes)
}

function time(date: Date): forge.asn1.Asn1 {
  return asn1.create(Class.UNIVERSAL, Type.UTCTIME, false, asn1.dateToUtcTime(date))
}

function sha256WithRsa(): forge.asn1.Asn1 {
  const oid = asn1.oidToDer(pki.oids.sha256WithRSAEncryption ?? '').getBytes()
  return sequence(
    asn1.create(Class.UNIVERSAL, Type.OID, false, oid),
    asn1.create(Class.UNIVERSAL, Type.NULL, false, ''),
  )
}
