import type { Uid } from '../uid.ts'

// The UIDs that a network layer names itself; every other one is found through the registry. PS3.6 Table A-1.

export const DicomApplicationContext = '1.2.840.10008.3.1.1.1' as Uid

export const Verification = '1.2.840.10008.1.1' as Uid

export const ImplicitVRLittleEndian = '1.2.840.10008.1.2' as Uid
export const ExplicitVRLittleEndian = '1.2.840.10008.1.2.1' as Uid
export const DeflatedExplicitVRLittleEndian = '1.2.840.10008.1.2.1.99' as Uid
export const ExplicitVRBigEndian = '1.2.840.10008.1.2.2' as Uid

export const PatientRootQueryRetrieveInformationModelFind = '1.2.840.10008.5.1.4.1.2.1.1' as Uid
export const PatientRootQueryRetrieveInformationModelMove = '1.2.840.10008.5.1.4.1.2.1.2' as Uid
export const PatientRootQueryRetrieveInformationModelGet = '1.2.840.10008.5.1.4.1.2.1.3' as Uid
export const StudyRootQueryRetrieveInformationModelFind = '1.2.840.10008.5.1.4.1.2.2.1' as Uid
export const StudyRootQueryRetrieveInformationModelMove = '1.2.840.10008.5.1.4.1.2.2.2' as Uid
export const StudyRootQueryRetrieveInformationModelGet = '1.2.840.10008.5.1.4.1.2.2.3' as Uid
export const ModalityWorklistInformationModelFind = '1.2.840.10008.5.1.4.31' as Uid
export const ModalityPerformedProcedureStep = '1.2.840.10008.3.1.2.3.3' as Uid
export const StorageCommitmentPushModel = '1.2.840.10008.1.20.1' as Uid
