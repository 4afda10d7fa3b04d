import { FakeClock } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { KeyedBuckets } from '../src/admission/keyed-buckets.ts'
import { TokenBucket } from '../src/admission/token-bucket.ts'

it('remembers ten thousand keys at most, those used last', () => {
  const clock = new FakeClock()
  const buckets = new KeyedBuckets({ perSecond: 1, burst: 1 }, clock)
  expect(buckets.take('first')).toBe(true)
  expect(buckets.take('first')).toBe(false)
  for (let key = 0; key < 9_999; key++) expect(buckets.take(String(key))).toBe(true)
  expect(buckets.take('9998')).toBe(false)
  // One more, and the one used longest ago is forgotten.
  expect(buckets.take('one more')).toBe(true)
  expect(buckets.take('first')).toBe(true)
  expect(buckets.take('9998')).toBe(false)
  // With time all are full again, and are forgotten first.
  clock.advance(1_000)
  expect(buckets.take('another')).toBe(true)
  expect(buckets.take('9998')).toBe(true)
  expect(buckets.take('9998')).toBe(false)
})

it('a bucket is full again when all its tokens have come back', () => {
  const clock = new FakeClock()
  const bucket = new TokenBucket({ perSecond: 2, burst: 2 }, clock)
  expect(bucket.full).toBe(true)
  expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false])
  clock.advance(999)
  expect(bucket.full).toBe(false)
  clock.advance(1)
  expect(bucket.full).toBe(true)
})
