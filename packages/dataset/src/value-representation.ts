/** A value representation as its two characters stand in the element, read as one big-endian number: `UI` is 5549H. */
export type VrCode = number

/** PS3.5 Table 7.1-2: the length is 16 bits wide. */
const shortForm = codes('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US')

/** PS3.5 7.1.2: sequences, what may be one, and what may be in fragments. */
const undefinedLengthAllowed = codes('OB OD OF OL OV OW SQ UN')

export const unknownVr: VrCode = 0x554e

/**
 * Whether an element of this VR has a 32-bit length behind two reserved bytes (PS3.5 Table 7.1-1); undefined when these two
 * characters cannot be a VR. VRs not known, as later editions bring them, have.
 */
export function hasLongForm(vr: VrCode): boolean | undefined {
  if (shortForm.has(vr)) return false
  return isUpperCase(vr >>> 8) && isUpperCase(vr & 0xff) ? true : undefined
}

export function mayHaveUndefinedLength(vr: VrCode): boolean {
  return undefinedLengthAllowed.has(vr)
}

function isUpperCase(character: number): boolean {
  return character >= 0x41 && character <= 0x5a
}

function codes(names: string): ReadonlySet<VrCode> {
  return new Set(names.split(' ').map((name) => name.charCodeAt(0) * 0x100 + name.charCodeAt(1)))
}
