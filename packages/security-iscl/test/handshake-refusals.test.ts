import { type EngineSettings, IsclEngine, isclKeys, type KeySlot } from '@dcm/security-iscl'
import { describe, expect, test } from 'vitest'
import { acceptChoice, chooseFromOffer, makeOffer, requirePolicy } from '../src/engine/agreement.ts'
import type { LineCheckRp } from '../src/engine/messages/line-check-rp.ts'
import { MechanismBit } from '../src/engine/messages/line-check-rq.ts'
import {
  ACCEPTOR,
  acceptorSettings,
  dialogue,
  keysFor,
  REQUESTOR,
  settle,
  slot,
  summary,
} from './support/engine-pair.ts'
import { fromHex, hex } from './support/hex.ts'

function keysWith(authentication: KeySlot, traffic: KeySlot = slot(REQUESTOR, 3, 0x22)) {
  return { keys: isclKeys({ authentication: [authentication], traffic: [traffic] }) }
}

describe('who is not let in', () => {
  const cases: [string, Partial<EngineSettings>][] = [
    ['another authentication key', keysWith(slot(REQUESTOR, 1, 0x99))],
    ['an unknown identity', keysWith(slot('SOMEONE', 1, 0x11), slot('SOMEONE', 3, 0x22))],
    ['an unknown authentication index', keysWith(slot(REQUESTOR, 2, 0x11))],
    ['an unknown traffic index', keysWith(slot(REQUESTOR, 1, 0x11), slot(REQUESTOR, 4, 0x22))],
    ['a retired key', keysWith(slot(REQUESTOR, 1, 0x11, { status: 'retired' }))],
    ['a key not yet valid', keysWith(slot(REQUESTOR, 1, 0x11, { notBefore: new Date(1) }))],
    ['a key not valid any more', keysWith(slot(REQUESTOR, 1, 0x11, { notAfter: new Date(0) }))],
  ]

  test.each(cases)('%s: AUTH_FAILED after PASS2, and the wire tells none from another', (_what, acceptor) => {
    const pair = settle(dialogue(acceptor))

    expect(summary(pair.acceptorEvents)).toEqual(['DCM_ISCL_AUTH_FAILED'])
    expect(pair.acceptor.failure).toMatchObject({ local: true, wireCode: 8, phase: 'authentication' })
    expect(pair.requestor.failure).toMatchObject({ code: 'DCM_ISCL_AUTH_FAILED', local: false })
    expect(pair.packets.map(({ bytes }) => bytes.length)).toEqual([30, 37, 86, 108, 14])
    expect(hex(pair.packets[4]?.bytes ?? new Uint8Array())).toBe('4953433202f00000000000020008')
  })

  test('our own message says what it was', () => {
    const known = settle(dialogue(keysWith(slot(REQUESTOR, 1, 0x99)))).acceptor.failure
    const unknown = settle(dialogue(keysWith(slot('SOMEONE', 1, 0x11), slot('SOMEONE', 3, 0x22)))).acceptor
      .failure

    expect(known?.message).toContain('another key')
    expect(unknown?.message).toContain('no keys are accepted from "STORE_SCU"')
  })

  test('another traffic key: the acceptor refuses COMPLETE', () => {
    const pair = settle(dialogue(keysWith(slot(REQUESTOR, 1, 0x11), slot(REQUESTOR, 3, 0x99))))

    expect(summary(pair.acceptorEvents)).toEqual(['DCM_ISCL_AUTH_FAILED'])
    expect(summary(pair.requestorEvents)).toEqual(['established', 'DCM_ISCL_BAD_RECORD'])
  })

  test('an acceptor that holds another key: the requestor refuses PASS3', () => {
    const { acceptor, requestor } = dialogue({}, { keys: keysFor(ACCEPTOR) })
    requestor.receive(Buffer.concat(acceptor.takeOutput()))
    acceptor.receive(Buffer.concat(requestor.takeOutput()))
    requestor.receive(Buffer.concat(acceptor.takeOutput()))
    const events = requestor.receive(fromHex(`495343320215000000000020${'00'.repeat(32)}`))

    expect(summary(events)).toEqual(['DCM_ISCL_AUTH_FAILED'])
  })

  test('an acceptor other than the one called fails like one with a wrong key', () => {
    const keys = isclKeys({
      authentication: [slot(ACCEPTOR, 1, 0x11), slot('OTHER', 1, 0x33)],
      traffic: [slot(ACCEPTOR, 3, 0x22), slot('OTHER', 3, 0x44)],
    })
    const pair = settle(dialogue({ identity: 'OTHER' }, { keys }))

    expect(summary(pair.acceptorEvents)).toEqual(['DCM_ISCL_AUTH_FAILED'])
  })

  test('a peer that goes by our own name, on either side', () => {
    const twins = { identity: 'TWIN', peer: 'TWIN' }
    expect(summary(settle(dialogue(twins, { ...twins, keys: keysFor('TWIN') })).acceptorEvents)).toEqual([
      'DCM_ISCL_AUTH_FAILED',
    ])
    const { acceptor, requestor } = dialogue({}, { peer: ACCEPTOR })
    requestor.receive(Buffer.concat(acceptor.takeOutput()))
    const own = `49534332021300000000004a${'b0'.repeat(64)}09${hex(Buffer.from(REQUESTOR))}`
    expect(summary(requestor.receive(fromHex(own)))).toEqual(['DCM_ISCL_AUTH_FAILED'])
  })

  test('a requestor without an active key, or without a peer, fails before a word', () => {
    const passive = keysWith(slot(ACCEPTOR, 1, 0x11, { status: 'accept-only' }), slot(ACCEPTOR, 3, 0x22))
    expect(dialogue({}, passive).requestor.failure).toMatchObject({
      code: 'DCM_ISCL_AUTH_FAILED',
      local: true,
    })
    const half = keysWith(slot(ACCEPTOR, 1, 0x11), slot(ACCEPTOR, 3, 0x22, { status: 'accept-only' }))
    expect(dialogue({}, half).requestor.failure?.message).toContain('no active traffic key')
    const elsewhere = dialogue({}, { peer: 'NOBODY' })
    expect(elsewhere.requestor.failure?.message).toContain('no active authentication key')
    const nobody = new IsclEngine(acceptorSettings({ role: 'requestor' }))
    expect(nobody.failure?.message).toContain('option peer')
  })
})

describe('what two ends cannot agree on', () => {
  const cases: [string, string, Partial<EngineSettings>, Partial<EngineSettings>][] = [
    ['no suite in common', 'NO_COMMON_SUITE', { suites: ['aes-256-gcm'] }, { suites: ['chacha20-poly1305'] }],
    ['integrity only on one end', 'NO_COMMON_SUITE', { suites: ['hmac-sha256-integrity'] }, {}],
    ['X25519 off at the acceptor, required at the requestor', 'POLICY', { x25519: 'off' }, {}],
    ['X25519 required at the acceptor, off at the requestor', 'POLICY', {}, { x25519: 'off' }],
  ]
  test.each(cases)('%s: %s', (_what, code, acceptor, requestor) => {
    const pair = settle(dialogue(acceptor, requestor))
    const failures = [pair.acceptor.failure, pair.requestor.failure]

    expect(failures.find((error) => error?.local)?.code).toBe(`DCM_ISCL_${code}`)
    expect(failures.find((error) => !error?.local)?.code).toBe(`DCM_ISCL_${code}`)
  })

  test('X25519 chosen where it was not offered: POLICY', () => {
    const { acceptor } = dialogue({ x25519: 'off' })
    const choice = `4953433202120000000000110200000100020000000000000201030141`

    expect(summary(acceptor.receive(fromHex(choice)))).toEqual(['DCM_ISCL_POLICY'])
  })

  const policy = { suites: ['aes-256-gcm'], x25519: 'preferred', maxPacketBytes: 65_536 } as const

  test.each([
    ['a packet below 4096 octets', 'BAD_PACKET_SIZE', { maxPacketBytes: 4095 }],
    ['a packet above 16 MiB', 'BAD_PACKET_SIZE', { maxPacketBytes: 16_777_217 }],
    ['messages', 'BAD_OPTION', { maxMessageBytes: 1 }],
    ['a later version', 'BAD_VERSION', { minVersion: 0x0201, maxVersion: 0x0300 }],
    ['an earlier version', 'BAD_VERSION', { minVersion: 0x0100, maxVersion: 0x01ff }],
    ['no three-pass authentication', 'NO_COMMON_SUITE', { mechanisms: MechanismBit.X25519 }],
    ['a suite that nobody knows', 'NO_COMMON_SUITE', { suites: [0xffff] }],
  ])('an offer of %s: %s', (_what, reason, change) => {
    expect(() => chooseFromOffer({ ...makeOffer(policy), ...change }, policy)).toThrow(
      expect.objectContaining({ reason }),
    )
  })

  test.each([
    [4096, 4096],
    [16_777_216, 65_536],
  ])('of an offer of packets of %i octets, %i are taken', (maxPacketBytes, agreed) => {
    const agreement = chooseFromOffer({ ...makeOffer(policy), maxPacketBytes }, policy)
    expect(agreement.maxPacketBytes).toBe(agreed)
  })

  const choice: LineCheckRp = {
    version: 0x0200,
    suite: 0x0001,
    maxPacketBytes: 65_536,
    maxMessageBytes: 0,
    mode: 0,
    authenticationKeyIndex: 1,
    trafficKeyIndex: 3,
    identity: REQUESTOR,
  }

  test.each([
    ['a packet below 4096 octets', 'BAD_PACKET_SIZE', { maxPacketBytes: 4095 }],
    ['a packet above what was offered', 'BAD_PACKET_SIZE', { maxPacketBytes: 65_537 }],
    ['messages', 'BAD_OPTION', { maxMessageBytes: 1 }],
    ['another version', 'BAD_VERSION', { version: 0x0201 }],
    ['the unprotected channel', 'POLICY', { mode: MechanismBit.CLEAR_CHANNEL }],
    ['a mode that is none', 'BAD_OPTION', { mode: 0x08 }],
    ['a suite that was not offered', 'NO_COMMON_SUITE', { suite: 0x0003 }],
  ])('a choice of %s: %s', (_what, reason, change) => {
    expect(() => acceptChoice({ ...choice, ...change }, policy)).toThrow(expect.objectContaining({ reason }))
  })

  test.each([4096, 65_536])('a choice of packets of %i octets is taken', (maxPacketBytes) => {
    expect(acceptChoice({ ...choice, maxPacketBytes }, policy)).toEqual({
      suite: 'aes-256-gcm',
      x25519: false,
      maxPacketBytes,
    })
  })

  test('the minimum of our own holds whatever was agreed', () => {
    const policy = { suites: ['aes-256-gcm'], x25519: 'required', maxPacketBytes: 4096 } as const
    const agreement = { suite: 'hmac-sha256-integrity', x25519: true, maxPacketBytes: 4096 } as const

    expect(() => {
      requirePolicy(agreement, policy)
    }).toThrow(expect.objectContaining({ reason: 'POLICY' }))
  })

  test('integrity only is taken when both ends list it, and said to be readable', () => {
    const integrity: Partial<EngineSettings> = { suites: ['hmac-sha256-integrity'] }
    const pair = settle(dialogue(integrity, integrity))

    expect(pair.acceptorEvents).toMatchObject([{ session: { suite: 'hmac-sha256-integrity' } }])
  })

  test("the acceptor's order decides", () => {
    const pair = settle(dialogue({ suites: ['chacha20-poly1305', 'aes-256-gcm'] }))

    expect(pair.requestorEvents).toMatchObject([{ session: { suite: 'chacha20-poly1305' } }])
  })

  test('X25519 preferred on both ends is used; against off it is not', () => {
    const preferred = settle(dialogue({ x25519: 'preferred' }, { x25519: 'preferred' }))
    const off = settle(dialogue({ x25519: 'preferred' }, { x25519: 'off' }))

    expect(preferred.acceptorEvents).toMatchObject([{ session: { forwardSecret: true } }])
    expect(off.acceptorEvents).toMatchObject([{ session: { forwardSecret: false } }])
  })
})

describe('octets that are no handshake', () => {
  test.each([
    ['a plain A-ASSOCIATE-RQ', '01000000', 'BAD_MAGIC', 'plain DICOM'],
    ['a TLS ClientHello', '160301', 'BAD_MAGIC', 'TLS'],
    ['HTTP', '47', 'BAD_MAGIC', 'HTTP'],
    ['another version', '495343320312000000000019', 'BAD_VERSION', 'version 3'],
    ['the end-of-message flag', '495343320212020000000019', 'BAD_OPTION', 'flags 2'],
    ['the protected flag', '495343320212010000000019', 'BAD_OPTION', 'flags 1'],
    ['an epoch', '495343320212000100000019', 'BAD_EPOCH', 'epoch 1'],
    ['DATA', '495343320220000000000019', 'BAD_TYPE', 'DATA'],
    ['CLEAR', '495343320221000000000019', 'BAD_TYPE', 'CLEAR'],
    ['a type nobody defined', '495343320299000000000019', 'BAD_TYPE', '0x99'],
    ['4 GiB announced', '4953433202120000ffffffff', 'BAD_LENGTH', '4294967295'],
    ['4085 octets announced', '495343320212000000000ff5', 'BAD_LENGTH', '17–144'],
    ['one octet too many', '495343320212000000000091', 'BAD_LENGTH', '17–144'],
    ['nothing in a packet', '495343320212000000000000', 'BAD_LENGTH', '17–144'],
  ])('%s: refused at its header', (_what, octets, code, words) => {
    const { acceptor } = dialogue()
    acceptor.takeOutput()
    const events = acceptor.receive(fromHex(octets))

    expect(summary(events)).toEqual([`DCM_ISCL_${code}`])
    expect(acceptor.failure?.message).toContain(words)
    // Whoever does not speak the protocol gets no answer to learn from.
    expect(acceptor.takeOutput().length).toBe(code === 'BAD_MAGIC' ? 0 : 1)
  })

  test('identities that are not UTF-8, or have control characters, or lie about their length', () => {
    const choice = '495343320212000000000013' + '0200000100020000000000000201030'
    for (const [identity, code] of [
      ['3aabbcc', 'BAD_OPTION'],
      ['341420a', 'BAD_OPTION'],
      ['0414243', 'BAD_LENGTH'],
      ['4414243', 'BAD_LENGTH'],
    ] as const) {
      const { acceptor } = dialogue()
      expect(summary(acceptor.receive(fromHex(choice + identity)))).toEqual([`DCM_ISCL_${code}`])
    }
  })

  test('the longest legal handshake is far below 8 KiB, and no legal packet may come twice', () => {
    const names = { identity: 'A'.repeat(128), keys: keysFor('R'.repeat(128)) }
    const others = { identity: 'R'.repeat(128), peer: 'A'.repeat(128), keys: keysFor('A'.repeat(128)) }
    const { packets } = settle(dialogue(names, others))
    const octets = packets.reduce((sum, { bytes }) => sum + bytes.length, 0)

    expect(packets).toHaveLength(6)
    expect(octets).toBeLessThan(1024)
  })

  test('an unauthenticated ALERT ends the handshake as the word of the peer', () => {
    const { acceptor } = dialogue()
    const events = acceptor.receive(fromHex('4953433202f000000000000200060a'))

    expect(events).toMatchObject([{ error: { code: 'DCM_ISCL_NO_COMMON_SUITE', local: false } }])
    expect(acceptor.failure?.message).toContain('unauthenticated')
  })

  test('a failed engine stays failed', () => {
    const { acceptor } = dialogue()
    acceptor.receive(fromHex('01'))

    expect(acceptor.receive(fromHex('4953'))).toEqual([])
    expect(acceptor.receiveEnd()).toEqual([])
    expect(() => {
      acceptor.send([new Uint8Array(1)])
    }).toThrow(acceptor.failure)
    expect(acceptor.abort('TIMEOUT', 'too late')).toBe(acceptor.failure)
  })
})
