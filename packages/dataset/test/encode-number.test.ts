import { expect, it } from 'vitest'
import { encodeNumber } from '../src/encode/encode-number.ts'

// PS3.5 Table 6.2-1.
it.each([
  ['SS', -0x8000, 0x7fff, [0x00, 0x80], [0xff, 0x7f]],
  ['US', 0, 0xffff, [0x00, 0x00], [0xff, 0xff]],
  ['SL', -0x80000000, 0x7fffffff, [0x00, 0x00, 0x00, 0x80], [0xff, 0xff, 0xff, 0x7f]],
  ['UL', 0, 0xffffffff, [0x00, 0x00, 0x00, 0x00], [0xff, 0xff, 0xff, 0xff]],
] as const)('of %s goes from %d to %d', (vr, minimum, maximum, least, most) => {
  expect([...encodeNumber(vr, minimum, false)]).toEqual(least)
  expect([...encodeNumber(vr, maximum, false)]).toEqual(most)
  expect([...encodeNumber(vr, maximum, true)]).toEqual([...most].reverse())
  for (const beyond of [minimum - 1, maximum + 1, 0.5]) {
    expect(() => encodeNumber(vr, beyond, false)).toThrow(RangeError)
  }
})
