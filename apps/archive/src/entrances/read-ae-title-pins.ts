import { readFile } from 'node:fs/promises'
import type { AeTitlePins } from '@dcm/transport-tls'
import { SettingsError } from '../settings/settings-error.ts'

const fingerprint = /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/

/** JSON: an object with a list of SHA-256 fingerprints for each AE title. @throws SettingsError */
export async function readAeTitlePins(file: string): Promise<AeTitlePins> {
  let pins: unknown
  try {
    pins = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new SettingsError(`--tls-aet-pins ${file} cannot be used: ${(error as Error).message}`)
  }
  if (isPins(pins)) return pins
  throw new SettingsError(
    `--tls-aet-pins ${file} is not { "AETITLE": ["SHA-256 as upper-case hex with colons", …], … }`,
  )
}

function isPins(value: unknown): value is AeTitlePins {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every(
    (list: unknown) =>
      Array.isArray(list) && list.every((entry) => typeof entry === 'string' && fingerprint.test(entry)),
  )
}
