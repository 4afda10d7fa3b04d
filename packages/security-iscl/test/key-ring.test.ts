import { inspect } from 'node:util'
import { isclKeys, type KeySlot } from '@dcm/security-iscl'
import { describe, expect, test } from 'vitest'
import { slot } from './support/engine-pair.ts'

function ring(...slots: KeySlot[]) {
  const peers = [...new Set(slots.map(({ peer }) => peer))]
  const traffic = peers.map((peer, position) => slot(peer, 1, 0xf0 + position))
  return isclKeys({ authentication: slots, traffic }).authentication
}

describe('a key ring', () => {
  test('gives the key of a peer and an index, and none of another peer', () => {
    const keys = ring(slot('A', 1, 1), slot('A', 2, 2), slot('B', 1, 3))

    expect(keys.peers).toEqual(['A', 'B'])
    expect(keys.accepted('A', 2, 0)?.key.export()).toEqual(Buffer.alloc(32, 2))
    expect(keys.accepted('B', 1, 0)?.key.export()).toEqual(Buffer.alloc(32, 3))
    expect(keys.accepted('B', 2, 0)).toBeUndefined()
    expect(keys.accepted('C', 1, 0)).toBeUndefined()
  })

  test('rotates: accept-only on the acceptor, active on the requestor, then retired', () => {
    const old = slot('A', 1, 1)
    const both = ring(old, slot('A', 2, 2, { status: 'accept-only' }))
    expect([both.accepted('A', 1, 0)?.index, both.accepted('A', 2, 0)?.index]).toEqual([1, 2])
    expect(both.active('A', 0)?.index).toBe(1)

    const moved = ring(slot('A', 1, 1, { status: 'accept-only' }), slot('A', 2, 2))
    expect(moved.active('A', 0)?.index).toBe(2)

    const done = ring(slot('A', 1, 1, { status: 'retired' }), slot('A', 2, 2))
    expect(done.accepted('A', 1, 0)).toBeUndefined()
  })

  test('of several active keys takes the one valid latest, then the greatest index', () => {
    const dated = [slot('A', 9, 1), slot('A', 1, 2, { notBefore: new Date(50) }), slot('A', 2, 3)]
    expect(ring(...dated).active('A', 49)?.index).toBe(9)
    expect(ring(...dated).active('A', 50)?.index).toBe(1)
  })

  test('knows a key from notBefore on and before notAfter', () => {
    const keys = ring(slot('A', 1, 1, { notBefore: new Date(100), notAfter: new Date(200) }))
    const valid = [99, 100, 199, 200].map((now) => keys.accepted('A', 1, now) !== undefined)

    expect(valid).toEqual([false, true, true, false])
    expect(keys.active('A', 200)).toBeUndefined()
  })

  test('shows no key when it is printed', () => {
    const shown = inspect(ring(slot('A', 1, 0x41)), { depth: 9, showHidden: true })

    expect(shown).not.toMatch(/41 41|AAAA|65, 65/)
  })
})

describe('slots that are refused', () => {
  const cases: [string, KeySlot[], string][] = [
    ['31 octets', [{ ...slot('A', 1, 1), key: new Uint8Array(31) }], 'key has 31 octets; 32 needed'],
    ['index 0', [slot('A', 0, 1)], 'index 0 is outside 1–255'],
    ['index 256', [slot('A', 256, 1)], 'index 256'],
    ['half an index', [slot('A', 1.5, 1)], 'index 1.5'],
    ['an empty peer', [slot('', 1, 1)], 'peer has 0 octets'],
    ['an index twice for a peer', [slot('A', 1, 1), slot('A', 1, 2)], 'key slot 1: index 1'],
    ['the same key twice', [slot('A', 1, 1), slot('A', 2, 1)], 'stands in two slots'],
    ['the same key for two peers', [slot('A', 1, 1), slot('B', 1, 1)], 'stands in two slots'],
    [
      'an end before the start',
      [slot('A', 1, 1, { notBefore: new Date(2), notAfter: new Date(1) })],
      'notBefore',
    ],
    ['a date that is none', [slot('A', 1, 1, { notAfter: new Date('soon') })], 'notBefore'],
  ]
  test.each(cases)('%s', (_what, slots, words) => {
    expect(() => ring(...slots)).toThrow(words)
  })

  test('a status nobody knows', () => {
    const status = JSON.parse('"on"') as KeySlot['status']
    expect(() => ring(slot('A', 1, 1, { status }))).toThrow('status is none of active')
  })

  test('a peer in one ring only', () => {
    const [a, b] = [slot('A', 1, 1), slot('B', 1, 2)]
    expect(() => isclKeys({ authentication: [a], traffic: [b] })).toThrow('traffic has no key slot of A')
    expect(() => isclKeys({ authentication: [], traffic: [b] })).toThrow(
      'authentication has no key slot of B',
    )
  })

  test('the same key in both rings', () => {
    expect(() => isclKeys({ authentication: [slot('A', 1, 1)], traffic: [slot('A', 1, 1)] })).toThrow(
      expect.objectContaining({ code: 'DCM_ISCL_CONFIGURATION' }),
    )
  })
})

// What a compiler would say, where there is one.
describe('slots, from JavaScript', () => {
  const good = slot('A', 1, 1)
  test.each<[string, unknown, string]>([
    ['a key of text', { ...good, key: 'x'.repeat(32) }, 'key of the slot is a string'],
    ['a key of numbers', { ...good, key: Array<number>(32).fill(1) }, 'key of the slot is an array'],
    ['a key of 16-bit numbers', { ...good, key: new Uint16Array(32).fill(1) }, 'key is no Uint8Array'],
    [
      'a misspelt notAfter, without which a key lives on',
      { ...good, notafter: new Date(0) },
      'no option notafter',
    ],
    ['an end of text', { ...good, notAfter: '2027-01-31' }, 'notAfter of the slot is a string'],
    ['an end that is no date', { ...good, notAfter: {} }, 'is no Date'],
    ['an index of text', { ...good, index: '1' }, 'index of the slot is a string'],
    ['no status', { ...good, status: undefined }, 'needs status'],
  ])('%s: refused', (_what, wrong, words) => {
    expect(() => ring(wrong as KeySlot)).toThrow(words)
  })

  test('no slots: refused', () => {
    expect(() => isclKeys({ authentication: [good] } as never)).toThrow('isclKeys() needs traffic')
  })
})
