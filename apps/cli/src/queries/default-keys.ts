import type { Scope } from './scope.ts'

const patientKeys = ['PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex']
const studyKeys = [
  'StudyDate',
  'ModalitiesInStudy',
  'StudyDescription',
  'AccessionNumber',
  'NumberOfStudyRelatedInstances',
  'StudyInstanceUID',
]
const scheduled = [
  'ScheduledProcedureStepStartDate',
  'ScheduledProcedureStepStartTime',
  'Modality',
  'ScheduledStationAETitle',
  'ScheduledProcedureStepDescription',
  'ScheduledPerformingPhysicianName',
  'ScheduledProcedureStepID',
]

/** What is asked for besides the keys of the command line, so that a plain query shows something worth reading (PS3.4 C.6, K.6). */
export function defaultKeys({ modelName, level }: Scope): readonly string[] {
  switch (level) {
    case 'patient':
      return patientKeys
    case 'study':
      // PS3.4 C.6.1: in the patient model the attributes of the patient belong to the level above.
      return modelName === 'study' ? ['PatientName', 'PatientID', ...studyKeys] : ['PatientID', ...studyKeys]
    case 'series':
      return [
        'Modality',
        'SeriesNumber',
        'SeriesDescription',
        'NumberOfSeriesRelatedInstances',
        'SeriesInstanceUID',
      ]
    case 'image':
      return ['InstanceNumber', 'SOPClassUID', 'SOPInstanceUID']
    case undefined:
      return [
        'PatientName',
        'PatientID',
        'AccessionNumber',
        ...scheduled.map((key) => `ScheduledProcedureStepSequence.${key}`),
        'RequestedProcedureDescription',
        'StudyInstanceUID',
      ]
  }
}
