import { readFile } from 'node:fs/promises'
import type { Logger } from 'pino'
import {
  type CertificateCredentials,
  parsePreSharedKeys,
  type PreSharedKeyCredentials,
  type TlsIdentity,
} from '@dcm/transport-tls'
import type { IdentityFiles, TlsCertificateSettings } from '../settings/tls-settings.ts'
import { readSecret } from './read-secret.ts'

export async function readCertificates(
  { identities, passphraseFile, caFiles, crlFiles }: TlsCertificateSettings,
  logger: Logger,
): Promise<CertificateCredentials> {
  const opener =
    passphraseFile === undefined ? {} : { passphrase: firstLine(await readSecret(passphraseFile, logger)) }
  const read = async (files: IdentityFiles): Promise<TlsIdentity> =>
    'pkcs12' in files
      ? { pkcs12: await readSecret(files.pkcs12, logger), ...opener }
      : {
          key: await readSecret(files.key, logger),
          certificate: await readFile(files.certificate),
          ...opener,
        }
  return {
    identities: await Promise.all(identities.map(read)),
    ca: await readAll(caFiles),
    ...(crlFiles.length > 0 && { crl: await readAll(crlFiles) }),
  }
}

export async function readPreSharedKeys(file: string, logger: Logger): Promise<PreSharedKeyCredentials> {
  const text = (await readSecret(file, logger)).toString('latin1')
  try {
    return { keys: parsePreSharedKeys(text) }
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error })
  }
}

function firstLine(bytes: Buffer): string {
  return bytes.toString('utf8').split(/\r?\n/, 1)[0] ?? ''
}

function readAll(files: readonly string[]): Promise<Buffer[]> {
  return Promise.all(files.map((file) => readFile(file)))
}
