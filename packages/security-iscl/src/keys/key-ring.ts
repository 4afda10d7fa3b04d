import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { optionFault, type OptionKinds } from '@dcm/transport'
import { identityFault } from '../engine/identity.ts'
import { IsclConfigurationError } from '../iscl-configuration-error.ts'
import {
  KEY_BYTES,
  KEY_STATUSES,
  type KeySlot,
  type KeyStatus,
  MAX_KEY_INDEX,
  MIN_KEY_INDEX,
} from './key-slot.ts'

/** A key that a ring gave out. */
export interface SelectedKey {
  readonly index: number
  readonly key: KeyObject
}

interface Entry extends SelectedKey {
  readonly status: KeyStatus
  readonly notBefore: number
  readonly notAfter: number
}

/** The keys of one purpose, by peer and index. Holds them so that printing a ring shows no key. */
export class KeyRing {
  /** Stands in for a key that is not there: a stranger costs the same work, and fails like a wrong key. */
  readonly stranger: KeyObject = createSecretKey(randomBytes(KEY_BYTES))
  readonly #entries = new Map<string, Map<number, Entry>>()

  /** @throws IsclConfigurationError */
  constructor(slots: readonly KeySlot[]) {
    for (const [position, slot] of slots.entries()) {
      checkSlot(slot, position)
      const ofPeer = this.#entries.get(slot.peer) ?? new Map<number, Entry>()
      if (ofPeer.has(slot.index))
        throw slotError(position, `index ${String(slot.index)} of its peer is taken`)
      ofPeer.set(slot.index, {
        index: slot.index,
        key: createSecretKey(slot.key),
        status: slot.status,
        notBefore: slot.notBefore?.getTime() ?? -Infinity,
        notAfter: slot.notAfter?.getTime() ?? Infinity,
      })
      this.#entries.set(slot.peer, ofPeer)
    }
  }

  get peers(): readonly string[] {
    return [...this.#entries.keys()]
  }

  /** The active key to use with a peer: of several the one valid latest, then the one with the greatest index. */
  active(peer: string, nowMs: number): SelectedKey | undefined {
    return [...(this.#entries.get(peer)?.values() ?? [])]
      .filter((entry) => entry.status === 'active' && isValid(entry, nowMs))
      .sort((a, b) => compareNumbers(b.notBefore, a.notBefore) || b.index - a.index)[0]
  }

  /** The key a peer named, when it may be accepted. */
  accepted(peer: string, index: number, nowMs: number): SelectedKey | undefined {
    const entry = this.#entries.get(peer)?.get(index)
    return entry !== undefined && entry.status !== 'retired' && isValid(entry, nowMs) ? entry : undefined
  }
}

function isValid(entry: Entry, nowMs: number): boolean {
  return entry.notBefore <= nowMs && nowMs < entry.notAfter
}

/** Not a subtraction: two infinities have no difference. */
function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}

const slotKinds = {
  peer: 'string',
  index: 'number',
  key: 'object',
  status: 'string',
  notBefore: 'object',
  notAfter: 'object',
} as const satisfies OptionKinds<KeySlot>

function checkSlot(slot: KeySlot, position: number): void {
  // A misspelt notAfter would keep a key alive; who writes JavaScript has no compiler to say so.
  const misuse = optionFault('the slot', slot, slotKinds, ['peer', 'index', 'key', 'status'])
  if (misuse !== undefined) throw slotError(position, misuse)
  // What is written as text is a passphrase, or hex: neither is the key.
  if (!(slot.key instanceof Uint8Array)) throw slotError(position, 'key is no Uint8Array')
  for (const end of [slot.notBefore, slot.notAfter]) {
    if (end !== undefined && !(end instanceof Date))
      throw slotError(position, 'notBefore or notAfter is no Date')
  }
  if (slot.key.length !== KEY_BYTES) {
    throw slotError(position, `key has ${String(slot.key.length)} octets; ${String(KEY_BYTES)} needed`)
  }
  if (!Number.isInteger(slot.index) || slot.index < MIN_KEY_INDEX || slot.index > MAX_KEY_INDEX) {
    throw slotError(position, `index ${String(slot.index)} is outside 1–255`)
  }
  const fault = identityFault(slot.peer)
  if (fault !== undefined) throw slotError(position, `peer ${fault}`)
  if (!KEY_STATUSES.includes(slot.status)) {
    throw slotError(position, `status is none of ${KEY_STATUSES.join(', ')}`)
  }
  const from = slot.notBefore?.getTime() ?? -Infinity
  const to = slot.notAfter?.getTime() ?? Infinity
  // Also refuses dates that are no dates, which compare with nothing.
  if (!(from < to)) throw slotError(position, 'notBefore does not come before notAfter')
}

function slotError(position: number, message: string): IsclConfigurationError {
  return new IsclConfigurationError(`key slot ${String(position)}: ${message}`)
}
