import type { Uid } from '../uid.ts'

// The UIDs that a network layer names itself; every other one is found through the registry. PS3.6 Table A-1.

export const DicomApplicationContext = '1.2.840.10008.3.1.1.1' as Uid

export const Verification = '1.2.840.10008.1.1' as Uid

export const ImplicitVRLittleEndian = '1.2.840.10008.1.2' as Uid
export const ExplicitVRLittleEndian = '1.2.840.10008.1.2.1' as Uid
export const DeflatedExplicitVRLittleEndian = '1.2.840.10008.1.2.1.99' as Uid
export const ExplicitVRBigEndian = '1.2.840.10008.1.2.2' as Uid
