import { expect, it } from 'vitest'
import { KeyCounts } from '../src/admission/key-counts.ts'

it('counts each on its own, one by one in both directions, and forgets who has none', () => {
  const counts = new KeyCounts()
  for (const key of ['a', 'b', 'a', 'a']) counts.add(key)
  expect(counts.snapshot()).toEqual({ a: 3, b: 1 })
  counts.remove('a')
  expect(counts.of('a')).toBe(2)
  counts.remove('b')
  expect(counts.of('b')).toBe(0)
  expect(counts.snapshot()).toEqual({ a: 2 })
})
