import type { EngineSettings } from '@dcm/security-iscl'
import { describe, expect, test } from 'vitest'
import { delivered, type Dialogue, dialogue, settle, summary, type Wire } from './support/engine-pair.ts'

const NAMES = ['RQ', 'RP', 'PASS1', 'PASS2', 'PASS3', 'COMPLETE'] as const
type Name = (typeof NAMES)[number]

/** The packets of vector 1. */
const honest = settle(dialogue()).packets.map(({ bytes }) => bytes)

/** Changes the handshake packet of a name on its way. */
function altering(name: Name, change: (bytes: Uint8Array) => Uint8Array): Wire {
  const place = NAMES.indexOf(name)
  const from = place % 2 === 0 ? 'acceptor' : 'requestor'
  // COMPLETE is the requestor's third packet, PASS3 the acceptor's.
  const sender = name === 'COMPLETE' ? 'requestor' : from
  const nth = Math.floor(place / 2)
  return (bytes, side, count) => (side === sender && count === nth ? change(bytes) : bytes)
}

/** The handshake over a bad wire, then data from whoever believes in the session, then the end of the connection. */
function attacked(
  wire: Wire,
  acceptor: Partial<EngineSettings> = {},
  requestor: Partial<EngineSettings> = {},
) {
  const pair = settle(dialogue(acceptor, requestor), wire)
  if (pair.requestor.failure === undefined && pair.requestor.maxDataBytes > 0) {
    pair.requestor.send([new Uint8Array(64)])
    settle(pair, wire)
  }
  pair.acceptorEvents.push(...pair.acceptor.receiveEnd())
  pair.requestorEvents.push(...pair.requestor.receiveEnd())
  return pair
}

/** The code of the side that found it; the other may have been told. */
function foundBy(pair: Dialogue): string {
  const failures = [pair.acceptor.failure, pair.requestor.failure].filter((error) => error?.local === true)
  return failures.find((error) => error?.code !== 'DCM_ISCL_TRUNCATED')?.code ?? 'DCM_ISCL_TRUNCATED'
}

/** Which codes a change of one octet may give. A longer length that is allowed waits, until the connection ends. */
function expectedCodes(name: Name, offset: number): readonly string[] {
  if (offset < 4) return ['BAD_MAGIC']
  if (offset === 4) return ['BAD_VERSION']
  if (offset === 5) return ['BAD_TYPE']
  if (offset === 6) return ['BAD_OPTION']
  if (offset === 7) return ['BAD_EPOCH']
  if (offset < 12) return ['BAD_LENGTH', 'TRUNCATED']
  const field = offset - 12
  if (name === 'RQ') {
    if (field < 4) return ['BAD_VERSION', 'AUTH_FAILED']
    if (field < 8) return ['BAD_PACKET_SIZE', 'AUTH_FAILED']
    if (field < 12) return ['BAD_OPTION']
    if (field === 12) return ['NO_COMMON_SUITE', 'POLICY', 'AUTH_FAILED']
    if (field === 13) return ['BAD_LENGTH']
    return ['AUTH_FAILED']
  }
  if (name === 'RP') {
    if (field < 2) return ['BAD_VERSION']
    if (field < 4) return ['NO_COMMON_SUITE']
    if (field < 8) return ['BAD_PACKET_SIZE', 'AUTH_FAILED']
    if (field < 12) return ['BAD_OPTION']
    if (field === 12) return ['BAD_OPTION', 'POLICY']
    if (field < 15) return ['AUTH_FAILED']
    return field === 15 ? ['BAD_LENGTH'] : ['AUTH_FAILED', 'BAD_OPTION']
  }
  if (name === 'PASS1' && field >= 64) return field === 64 ? ['BAD_LENGTH'] : ['AUTH_FAILED', 'BAD_OPTION']
  return ['AUTH_FAILED']
}

describe('one octet of the handshake changed on the wire', () => {
  test.each(NAMES)('%s: every octet, refused with the code of its field, and nothing delivered', (name) => {
    const packet = honest[NAMES.indexOf(name)] ?? new Uint8Array(0)
    const wrong: string[] = []
    for (let offset = 0; offset < packet.length; offset++) {
      for (const mask of [0x01, 0x80]) {
        const pair = attacked(altering(name, (bytes) => flipped(bytes, offset, mask)))
        const code = foundBy(pair).replace('DCM_ISCL_', '')
        if (!expectedCodes(name, offset).includes(code)) wrong.push(`${String(offset)}: ${code}`)
        if (summary(pair.acceptorEvents).includes('established')) wrong.push(`${String(offset)}: established`)
        if (delivered(pair.acceptorEvents).length > 0) wrong.push(`${String(offset)}: delivered`)
      }
    }

    expect(wrong).toEqual([])
  })
})

describe('the offer edited on the wire, both ends willing to do worse', () => {
  const lax: Partial<EngineSettings> = {
    x25519: 'preferred',
    suites: ['aes-256-gcm', 'chacha20-poly1305', 'hmac-sha256-integrity'],
  }
  const edits: [string, Name, (bytes: Uint8Array) => Uint8Array][] = [
    ['X25519 struck from the offer', 'RQ', (bytes) => withOctet(bytes, 24, 0x01)],
    ['only the integrity suite left', 'RQ', (bytes) => withOctets(bytes, 26, [0, 0x10, 0, 0x10, 0, 0x10])],
    ['smaller packets offered', 'RQ', (bytes) => withOctets(bytes, 16, [0, 0, 0x10, 0])],
    ['the weakest suite chosen', 'RP', (bytes) => withOctets(bytes, 14, [0, 0x10])],
    ['smaller packets chosen', 'RP', (bytes) => withOctets(bytes, 16, [0, 0, 0x10, 0])],
    ['another identity claimed', 'PASS1', (bytes) => withOctet(bytes, bytes.length - 1, 0x51)],
  ]
  test.each(edits)('%s: AUTH_FAILED', (_what, name, edit) => {
    const pair = attacked(altering(name, edit), lax, lax)

    expect(foundBy(pair)).toBe('DCM_ISCL_AUTH_FAILED')
    expect(summary(pair.acceptorEvents)).not.toContain('established')
  })

  test('X25519 struck where it is required: POLICY, before anything secret is used', () => {
    const pair = attacked(altering('RQ', (bytes) => withOctet(bytes, 24, 0x01)))

    expect(pair.requestor.failure).toMatchObject({ code: 'DCM_ISCL_POLICY', phase: 'line-connection' })
    expect(pair.packets.map(({ from }) => from)).toEqual(['acceptor', 'requestor'])
  })
})

describe('handshake packets dropped, doubled, swapped, reflected', () => {
  const nothing = new Uint8Array(0)

  test.each(NAMES)('%s dropped: the end of the connection finds both sides waiting', (name) => {
    const pair = attacked(altering(name, () => nothing))

    // DATA comes where COMPLETE should: the acceptor need not wait for the end.
    expect(foundBy(pair)).toBe(name === 'COMPLETE' ? 'DCM_ISCL_BAD_TYPE' : 'DCM_ISCL_TRUNCATED')
    expect(delivered(pair.acceptorEvents)).toEqual(nothing)
  })

  test.each(NAMES)('%s doubled: refused', (name) => {
    const pair = attacked(altering(name, (bytes) => new Uint8Array([...bytes, ...bytes])))

    expect(['DCM_ISCL_BAD_TYPE', 'DCM_ISCL_BAD_OPTION']).toContain(foundBy(pair))
    expect(delivered(pair.acceptorEvents)).toEqual(nothing)
  })

  test.each(NAMES.slice(0, 4))('%s replaced by the next of the same side: BAD_TYPE', (name) => {
    const next = honest[NAMES.indexOf(name) + 2] ?? nothing
    const pair = attacked(altering(name, () => next))

    expect(['DCM_ISCL_BAD_TYPE', 'DCM_ISCL_BAD_OPTION']).toContain(foundBy(pair))
  })

  test('every packet sent back to its sender: refused at the first', () => {
    const pair = dialogue()
    for (const bytes of pair.acceptor.takeOutput()) pair.acceptorEvents.push(...pair.acceptor.receive(bytes))

    expect(summary(pair.acceptorEvents)).toEqual(['DCM_ISCL_BAD_TYPE'])
  })

  test('packets of an earlier session with the same keys replayed to the acceptor: AUTH_FAILED', () => {
    let fresh = 0
    const { acceptor } = dialogue({ random: (length) => new Uint8Array(length).fill(++fresh) })
    const recorded = honest.filter((_, place) => place % 2 === 1)
    const events = recorded.slice(0, 2).flatMap((bytes) => acceptor.receive(bytes))

    expect(summary(events)).toEqual(['DCM_ISCL_AUTH_FAILED'])
  })

  test('packets of an earlier session with the same keys replayed to the requestor: AUTH_FAILED', () => {
    let fresh = 0
    const { requestor } = dialogue({}, { random: (length) => new Uint8Array(length).fill(++fresh) })
    const events = [0, 2, 4].flatMap((place) => requestor.receive(honest[place] ?? nothing))

    expect(summary(events)).toEqual(['DCM_ISCL_AUTH_FAILED'])
  })
})

function flipped(bytes: Uint8Array, offset: number, mask: number): Uint8Array {
  return withOctet(bytes, offset, (bytes[offset] ?? 0) ^ mask)
}

function withOctet(bytes: Uint8Array, offset: number, octet: number): Uint8Array {
  return withOctets(bytes, offset, [octet])
}

function withOctets(bytes: Uint8Array, offset: number, octets: readonly number[]): Uint8Array {
  const copy = new Uint8Array(bytes)
  copy.set(octets, offset)
  return copy
}
