import type { X509Certificate } from 'node:crypto'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { readFile } from '../read-file.ts'
import type { Issued } from './issue.ts'
import {
  readRevocationList,
  type RevocationList,
  withRevoked,
  writeRevocationList,
} from './revocation-list.ts'

/** The list in the file, if there is one, with more certificates. @throws CliError for a list that is not of this CA */
export async function nextRevocationList(
  path: string,
  certificates: readonly X509Certificate[],
  days: number,
  authority: Issued,
): Promise<{ readonly pem: string; readonly revoked: number }> {
  const last = await lastList(path, authority)
  const next = certificates.reduce(withRevoked, { ...last, number: last.number + 1n })
  return { pem: writeRevocationList(next, days, authority), revoked: next.entries.length }
}

async function lastList(path: string, authority: Issued): Promise<RevocationList> {
  let pem: string
  try {
    pem = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { number: 0n, entries: [] }
    throw error
  }
  const list = readRevocationList(pem, authority.certificate)
  if (list) return list
  throw new CliError(
    exitCodes.localFile,
    'DCM_CRL',
    `${path} is no revocation list that this CA signed, and is not overwritten; move it away.`,
  )
}
