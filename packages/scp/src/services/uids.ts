/** PS3.4 A.4 */
export const verificationSopClass = '1.2.840.10008.1.1'

/** Implicit VR Little Endian, Explicit VR Little Endian and the retired Explicit VR Big Endian (PS3.5 10). */
export const uncompressedTransferSyntaxes = [
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.2',
] as const
