/** A value representation as its two characters stand in the element, read as one big-endian number: `UI` is 5549H. */
export type VrCode = number

/**
 * The VRs whose elements have a length of 16 bits (PS3.5 Table 7.1-2). Those of all others, as later editions bring them, have one of
 * 32 bits behind two reserved bytes (PS3.5 Table 7.1-1).
 */
export const shortForm: ReadonlySet<VrCode> = codes(
  'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US',
)

/** PS3.5 7.1.2: sequences, what may be one, and what may be in fragments. */
const undefinedLengthAllowed = codes('OB OD OF OL OV OW SQ UN')

export const unknownVr: VrCode = 0x554e

/** Whether these two characters can be a VR, perhaps one not known: two upper-case letters. */
export function mayBeVr(vr: VrCode): boolean {
  const first = vr >>> 8
  const second = vr & 0xff
  return first >= 0x41 && first <= 0x5a && second >= 0x41 && second <= 0x5a
}

export function mayHaveUndefinedLength(vr: VrCode): boolean {
  return undefinedLengthAllowed.has(vr)
}

function codes(names: string): ReadonlySet<VrCode> {
  return new Set(names.split(' ').map((name) => name.charCodeAt(0) * 0x100 + name.charCodeAt(1)))
}
