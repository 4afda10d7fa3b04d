import {
  DEFAULT_EPOCH_LIMITS,
  type EngineSettings,
  IsclEngine,
  type IsclEvent,
  isclKeys,
  type IsclKeys,
  type KeySlot,
} from '@dcm/security-iscl'
import { joined } from './hex.ts'

export const REQUESTOR = 'STORE_SCU'
export const ACCEPTOR = 'STORE_SCP'

/** One slot of both rings; the traffic key differs from the authentication key. */
export function slot(peer: string, index: number, octet: number, more: Partial<KeySlot> = {}): KeySlot {
  return { peer, index, key: new Uint8Array(32).fill(octet), status: 'active', ...more }
}

/** Keys of vector 1: 32 × 11H at index 1, 32 × 22H at index 3. */
export function keysFor(peer: string): IsclKeys {
  return isclKeys({ authentication: [slot(peer, 1, 0x11)], traffic: [slot(peer, 3, 0x22)] })
}

/** Challenge, then X25519 secret, as vector 1 has them. */
export function fixedRandom(challenge: number, secret: number): (length: number) => Uint8Array {
  const octets = [challenge, secret]
  return (length) => new Uint8Array(length).fill(octets.shift() ?? 0)
}

export function acceptorSettings(more: Partial<EngineSettings> = {}): EngineSettings {
  return {
    role: 'acceptor',
    identity: ACCEPTOR,
    keys: keysFor(REQUESTOR),
    suites: ['aes-256-gcm', 'chacha20-poly1305'],
    x25519: 'required',
    maxPacketBytes: 131_072,
    epochLimits: DEFAULT_EPOCH_LIMITS,
    random: fixedRandom(0xb0, 0x55),
    wallClock: () => 0,
    ...more,
  }
}

export function requestorSettings(more: Partial<EngineSettings> = {}): EngineSettings {
  return {
    ...acceptorSettings(),
    role: 'requestor',
    identity: REQUESTOR,
    peer: ACCEPTOR,
    keys: keysFor(ACCEPTOR),
    maxPacketBytes: 262_144,
    random: fixedRandom(0xa0, 0x77),
    ...more,
  }
}

export interface Dialogue {
  readonly acceptor: IsclEngine
  readonly requestor: IsclEngine
  readonly acceptorEvents: IsclEvent[]
  readonly requestorEvents: IsclEvent[]
  /** Whole packets in the order they crossed the wire. */
  readonly packets: { readonly from: 'acceptor' | 'requestor'; readonly bytes: Uint8Array }[]
}

export function dialogue(
  acceptor: Partial<EngineSettings> = {},
  requestor: Partial<EngineSettings> = {},
): Dialogue {
  return {
    acceptor: new IsclEngine(acceptorSettings(acceptor)),
    requestor: new IsclEngine(requestorSettings(requestor)),
    acceptorEvents: [],
    requestorEvents: [],
    packets: [],
  }
}

/** May change, drop or add what one side sends before the other sees it. */
export type Wire = (bytes: Uint8Array, from: 'acceptor' | 'requestor', count: number) => Uint8Array

/** Carries output to the other side until both are silent. */
export function settle(pair: Dialogue, wire: Wire = (bytes) => bytes): Dialogue {
  for (;;) {
    const fromAcceptor = takePackets(pair.acceptor)
    const fromRequestor = takePackets(pair.requestor)
    if (fromAcceptor.length + fromRequestor.length === 0) return pair
    for (const bytes of fromAcceptor) carry(pair, 'acceptor', bytes, wire)
    for (const bytes of fromRequestor) carry(pair, 'requestor', bytes, wire)
  }
}

/** A pair whose handshake is done and that has forgotten its packets and events. */
export function establishedPair(
  acceptor: Partial<EngineSettings> = {},
  requestor: Partial<EngineSettings> = {},
): Dialogue {
  const pair = settle(dialogue(acceptor, requestor))
  if (pair.acceptorEvents[0]?.type !== 'established') throw new Error('the handshake of the fixture failed')
  pair.acceptorEvents.length = 0
  pair.requestorEvents.length = 0
  pair.packets.length = 0
  return pair
}

/** What the events delivered as plaintext. */
export function delivered(events: readonly IsclEvent[]): Uint8Array {
  return joined(events.flatMap((event) => (event.type === 'data' ? [event.bytes] : [])))
}

/** Types in order, an error as its code. */
export function summary(events: readonly IsclEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type === 'data') return []
    return event.type === 'failed' ? [event.error.code] : [event.type]
  })
}

/** The engine's output, one entry a packet. */
export function takePackets(engine: IsclEngine): Uint8Array[] {
  const output = joined(engine.takeOutput())
  const packets: Uint8Array[] = []
  for (let offset = 0; offset < output.length;) {
    const length = 12 + new DataView(output.buffer, offset).getUint32(8)
    packets.push(output.slice(offset, offset + length))
    offset += length
  }
  return packets
}

function carry(pair: Dialogue, from: 'acceptor' | 'requestor', bytes: Uint8Array, wire: Wire): void {
  const count = pair.packets.filter((packet) => packet.from === from).length
  pair.packets.push({ from, bytes })
  const arriving = wire(bytes, from, count)
  if (from === 'acceptor') pair.requestorEvents.push(...pair.requestor.receive(arriving))
  else pair.acceptorEvents.push(...pair.acceptor.receive(arriving))
}
