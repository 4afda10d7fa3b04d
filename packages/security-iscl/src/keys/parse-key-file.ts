import { IsclConfigurationError } from '../iscl-configuration-error.ts'
import { isclKeys, type IsclKeys } from './iscl-keys.ts'
import { parseKeyText } from './key-text.ts'
import { KEY_STATUSES, type KeySlot } from './key-slot.ts'

const FORMAT = 'dcm-iscl-keys/1'
const SLOT_MEMBERS = ['peer', 'index', 'key', 'status', 'notBefore', 'notAfter']
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/**
 * Reads the JSON text of a key file. Strict: an unknown member is an error, as a misspelt `notAfter` would keep a key alive.
 *
 * @throws IsclConfigurationError that names the slot and never its key
 */
export function parseIsclKeyFile(text: string): IsclKeys {
  const file = asRecord(parseJson(text), 'the key file')
  requireMembers(file, ['format', 'authentication', 'traffic'], 'the key file')
  if (file.format !== FORMAT) throw new IsclConfigurationError(`the key file's format is not "${FORMAT}"`)
  return isclKeys({
    authentication: parseSlots(file.authentication, 'authentication'),
    traffic: parseSlots(file.traffic, 'traffic'),
  })
}

function parseSlots(value: unknown, ring: string): readonly KeySlot[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new IsclConfigurationError(`${ring} is not a list of at least one key slot`)
  }
  return value.map((slot: unknown, position) => parseSlot(slot, `${ring}[${String(position)}]`))
}

function parseSlot(value: unknown, where: string): KeySlot {
  const slot = asRecord(value, where)
  requireMembers(slot, SLOT_MEMBERS, where)
  const { peer, index, key, status } = slot
  if (typeof peer !== 'string') throw new IsclConfigurationError(`${where}.peer is not a string`)
  if (typeof index !== 'number') throw new IsclConfigurationError(`${where}.index is not a number`)
  const known = KEY_STATUSES.find((one) => one === status)
  if (known === undefined) {
    throw new IsclConfigurationError(`${where}.status is none of ${KEY_STATUSES.join(', ')}`)
  }
  const notBefore = parseInstant(slot.notBefore, `${where}.notBefore`)
  const notAfter = parseInstant(slot.notAfter, `${where}.notAfter`)
  return {
    peer,
    index,
    key: parseKeyText(key, `${where}.key`),
    status: known,
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(notAfter === undefined ? {} : { notAfter }),
  }
}

function parseInstant(value: unknown, where: string): Date | undefined {
  if (value === undefined) return undefined
  const instant = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : undefined
  if (instant !== undefined && !Number.isNaN(instant.getTime())) return instant
  throw new IsclConfigurationError(`${where} is not an instant such as 2027-01-31T00:00:00Z`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the text, which may be a key.
    throw new IsclConfigurationError('the key file is not JSON')
  }
}

function asRecord(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new IsclConfigurationError(`${where} is not an object`)
}

function requireMembers(record: object, allowed: readonly string[], where: string): void {
  const stranger = Object.keys(record).findIndex((name) => !allowed.includes(name))
  if (stranger === -1) return
  // By position: what was meant for the key may have become a name.
  throw new IsclConfigurationError(
    `${where}: member ${String(stranger + 1)} is unknown; ${allowed.join(', ')} are allowed`,
  )
}
