import { readFile } from 'node:fs/promises'
import { parseAeTitle } from '@dcm/association'
import type { AeTitlePins, TlsProfileName } from '@dcm/transport-tls'
import { SettingsError } from '../settings/settings-error.ts'

const fingerprint = {
  shape: /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/,
  what: 'SHA-256 as upper-case hex with colons',
}
const identity = { shape: /^[\x20-\x7e]{1,128}$/, what: 'identity of a pre-shared key' }

/** JSON: an object with a list for each AE title, of fingerprints or of identities of pre-shared keys. @throws SettingsError */
export async function readAeTitlePins(file: string, profile: TlsProfileName): Promise<AeTitlePins> {
  const { shape, what } = profile === 'psk' ? identity : fingerprint
  let pins: unknown
  try {
    pins = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new SettingsError(`--tls-aet-pins ${file} cannot be used: ${(error as Error).message}`)
  }
  if (isPins(pins, shape)) return pins
  throw new SettingsError(`--tls-aet-pins ${file} is not { "AETITLE": ["${what}", …], … }`)
}

function isPins(value: unknown, shape: RegExp): value is AeTitlePins {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(
    ([title, list]: [string, unknown]) =>
      isTitle(title) &&
      Array.isArray(list) &&
      list.every((entry) => typeof entry === 'string' && shape.test(entry)),
  )
}

/** One that nobody can have would leave the one that was meant to everybody. */
function isTitle(text: string): boolean {
  try {
    return parseAeTitle(text) === text
  } catch {
    return false
  }
}
