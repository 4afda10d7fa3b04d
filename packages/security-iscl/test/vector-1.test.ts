import { describe, expect, test } from 'vitest'
import { delivered, dialogue, settle, summary, takePackets } from './support/engine-pair.ts'
import { fromHex, hex } from './support/hex.ts'

/** Made once by a prototype, before this package: the wire must never drift from it. */
const VECTOR = [
  '495343320211000000000012020002000002000000000000030200010002',
  '4953433202120000000000190200000100020000000000000201030953544f52455f534355',
  '49534332021300000000004ab0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b038ab664bd86f77d7e66bdd9ae0792913a94fd8b33a1260027e4b46c1f4884c670953544f52455f534350',
  '495343320214000000000060a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a01cf579aba45a10ba1d1ef06d91fca2aa9ed0a1150515653155405d0b18cb9a67410f32eebc656c21d5a5620ab8f72fe7f65b80747e2800689325f1e7b3feef79',
  '4953433202150000000000201d9dfd7b489c20c48ffa29a821abefce92b31418682155d03a875adff2537878',
  '49534332021601010000001004d487bc7e7c490c393ec5d9650d26b1',
]

describe('vector 1', () => {
  test('the handshake agrees octet for octet', () => {
    const pair = settle(dialogue())

    expect(pair.packets.map(({ bytes }) => hex(bytes))).toEqual(VECTOR)
    expect(summary(pair.acceptorEvents)).toEqual(['established'])
    expect(summary(pair.requestorEvents)).toEqual(['established'])
  })

  test('the first DATA packet agrees octet for octet, and is read', () => {
    const pair = settle(dialogue())

    pair.requestor.send([fromHex('010000000000')])
    const [data] = takePackets(pair.requestor)

    expect(hex(data ?? new Uint8Array())).toBe(
      '495343320220010100000016784a3647ada17cc75fa02c7981a1e5716cef815b3395',
    )
    expect(hex(delivered(pair.acceptor.receive(data ?? new Uint8Array())))).toBe('010000000000')
  })

  test('both sides report the same session', () => {
    const pair = settle(dialogue())
    const settled = {
      suite: 'aes-256-gcm',
      forwardSecret: true,
      maxPacketBytes: 131_072,
      authenticationKeyIndex: 1,
      trafficKeyIndex: 3,
    }

    expect(pair.acceptorEvents).toEqual([
      { type: 'established', session: { ...settled, peerIdentity: 'STORE_SCU' } },
    ])
    expect(pair.requestorEvents).toEqual([
      { type: 'established', session: { ...settled, peerIdentity: 'STORE_SCP' } },
    ])
  })
})
