/** PS3.5 Table 7.1-2: the length is 16 bits wide. */
const shortForm: ReadonlySet<string> = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '),
)

/** PS3.5 7.5, A.4: sequences, what may be one, and encapsulated pixel data. */
const undefinedLengthAllowed: ReadonlySet<string> = new Set(['SQ', 'UN', 'OB', 'OW'])

/**
 * Whether an element of this VR has a 32-bit length behind two reserved bytes (PS3.5 Table 7.1-1); undefined when these two
 * characters cannot be a VR. VRs not known, as later editions bring them, have.
 */
export function hasLongForm(vr: string): boolean | undefined {
  if (shortForm.has(vr)) return false
  return /^[A-Z]{2}$/.test(vr) ? true : undefined
}

export function mayHaveUndefinedLength(vr: string): boolean {
  return undefinedLengthAllowed.has(vr)
}
