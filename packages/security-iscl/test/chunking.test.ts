import { DEFAULT_EPOCH_LIMITS, IsclEngine, type IsclEvent, type IsclSuite } from '@dcm/security-iscl'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  acceptorSettings,
  delivered,
  dialogue,
  fixedRandom,
  requestorSettings,
  settle,
  summary,
} from './support/engine-pair.ts'
import { hex } from './support/hex.ts'

type Side = 'acceptor' | 'requestor'

const epochLimits = { ...DEFAULT_EPOCH_LIMITS, rekeyAfterPackets: 2, minBytesBetweenRekeys: 0 }

/** What each side receives in a whole session, REKEY and both ends included: the same each time, as its randomness is. */
function recorded(suite: IsclSuite): Record<Side, Uint8Array> {
  const pair = settle(dialogue({ suites: [suite], epochLimits }, { suites: [suite], epochLimits }))
  for (const length of [1, 5000, 20_000, 40]) {
    pair.requestor.send([new Uint8Array(length).fill(length)])
    pair.acceptor.send([new Uint8Array(length).fill(length + 1)])
    settle(pair)
  }
  // At once, so that each replay stands without the other's end.
  pair.requestor.end()
  pair.acceptor.end()
  settle(pair)
  const sent = (side: Side) =>
    Buffer.concat(pair.packets.flatMap(({ from, bytes }) => (from === side ? [bytes] : [])))
  return { acceptor: sent('requestor'), requestor: sent('acceptor') }
}

/** A new engine with the randomness of the recording. */
function engine(side: Side, suite: IsclSuite): IsclEngine {
  const more = { suites: [suite], epochLimits }
  return side === 'acceptor'
    ? new IsclEngine(acceptorSettings({ ...more, random: fixedRandom(0xb0, 0x55) }))
    : new IsclEngine(requestorSettings({ ...more, random: fixedRandom(0xa0, 0x77) }))
}

function fed(side: Side, suite: IsclSuite, chunks: Iterable<Uint8Array>) {
  const one = engine(side, suite)
  const events: IsclEvent[] = []
  for (const chunk of chunks) {
    // The engine may not keep the chunk.
    const lent = new Uint8Array(chunk)
    events.push(...one.receive(lent))
    if (suite !== 'hmac-sha256-integrity') lent.fill(0xee)
  }
  events.push(...one.receiveEnd())
  return {
    summary: summary(events),
    delivered: hex(delivered(events)),
    output: hex(Buffer.concat(one.takeOutput())),
  }
}

function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

const suites: IsclSuite[] = ['aes-256-gcm', 'chacha20-poly1305', 'hmac-sha256-integrity']
const sides: Side[] = ['acceptor', 'requestor']
const both = suites.flatMap((suite) => sides.map((side) => [suite, side] as const))

describe.each(both)('%s, what the %s receives', (suite, side) => {
  const stream = recorded(suite)[side]
  const whole = fed(side, suite, [stream])

  test('whole: the session ends well', () => {
    expect(whole.summary).toEqual(['established', 'peer-ended'])
    expect(whole.delivered).toHaveLength(2 * 25_041)
  })

  test('one octet at a time: the same', () => {
    expect(fed(side, suite, cut(stream, [1]))).toEqual(whole)
  })

  test('in any chunks: the same', () => {
    const sizes = fc.array(fc.oneof(fc.nat(40), fc.nat(9000)), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(sizes, (some) => {
        expect(fed(side, suite, cut(stream, [...some, 1]))).toEqual(whole)
      }),
      { numRuns: 30 },
    )
  })

  test('with any octet changed, in any chunks: the same refusal, and nothing delivered beyond what was genuine', () => {
    fc.assert(
      fc.property(
        fc.nat(stream.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(5000),
        (at, mask, size) => {
          const changed = new Uint8Array(stream)
          changed[at] = (changed[at] ?? 0) ^ mask
          const result = fed(side, suite, [changed])
          expect(fed(side, suite, cut(changed, [size + 1]))).toEqual(result)
          expect(result.summary.at(-1)).toMatch(/^DCM_ISCL_/)
          expect(whole.delivered.startsWith(result.delivered)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('cut off at any octet: TRUNCATED, and only whole packets delivered', () => {
    const wrong: number[] = []
    // Every octet of the handshake and the small packets; every 389th of the large ones.
    for (let at = 0; at < stream.length; at += at < 400 || at > stream.length - 150 ? 1 : 389) {
      const result = fed(side, suite, [stream.subarray(0, at)])
      const truncated = result.summary.at(-1) === 'DCM_ISCL_TRUNCATED'
      if (!truncated || !whole.delivered.startsWith(result.delivered)) wrong.push(at)
    }
    expect(wrong).toEqual([])
  })
})
