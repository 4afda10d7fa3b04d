/** The UIDs of PS3.6 Table A-1 that a requestor names itself. */
export const Verification = '1.2.840.10008.1.1'
export const StorageCommitmentPushModel = '1.2.840.10008.1.20.1'
/** PS3.10 8.6: what a DICOMDIR is, the directory of a medium; no instance to store. */
export const MediaStorageDirectoryStorage = '1.2.840.10008.1.3.10'
/** PS3.4 J.3.5: the instance that every storage commitment request is made to. */
export const StorageCommitmentPushModelInstance = '1.2.840.10008.1.20.1.1'

export const ImplicitVRLittleEndian = '1.2.840.10008.1.2'
export const ExplicitVRLittleEndian = '1.2.840.10008.1.2.1'
