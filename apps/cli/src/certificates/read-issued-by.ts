import { X509Certificate } from 'node:crypto'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { readFile } from '../read-file.ts'
import type { Issued } from './issue.ts'

/** The first certificate of a file, which this CA has to have issued, and which is not its own. @throws CliError */
export async function readIssuedBy(authority: Issued, path: string): Promise<X509Certificate> {
  const pem = await readFile(path)
  const issuer = new X509Certificate(authority.certificate)
  try {
    const certificate = new X509Certificate(pem)
    if (!certificate.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey))
      return certificate
  } catch {
    // No certificate: said below.
  }
  throw new CliError(
    exitCodes.localFile,
    'DCM_NOT_ISSUED',
    `${path} holds no certificate that this CA issued to others.`,
  )
}
