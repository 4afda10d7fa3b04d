import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { iscl, parseIsclKeyFile } from '@dcm/security-iscl'
import { secured, type Transport } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'

/** Keys of the archive and one modality, as each has them in a file. */
export interface IsclKeys {
  readonly archive: string
  readonly modality: string
}

export function newIsclKeys(): IsclKeys {
  const [authentication, traffic] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]
  const fileFor = (peer: string): string => {
    const slots = (key: string) => [{ peer, index: 1, key, status: 'active' }]
    return JSON.stringify({
      format: 'dcm-iscl-keys/1',
      authentication: slots(authentication),
      traffic: slots(traffic),
    })
  }
  return { archive: fileFor('CT-1'), modality: fileFor('ARCHIVE') }
}

export function writeKeyFile(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 })
}

/** The modality's way to the archive. */
export function isclTransport({ modality }: IsclKeys): Transport {
  const keys = parseIsclKeyFile(modality)
  return secured(tcp(), { providers: [iscl({ identity: 'CT-1', keys })] })
}
