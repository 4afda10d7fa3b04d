import { type Uid, type UidKeyword, uidOf } from '@dcm/pdu'

/** How pixels of a SOP class are usually compressed, when they are. */
export type UsualCompression = 'grayscale' | 'colour' | 'video' | 'none'

/**
 * What archives hold, the commonest first, since that decides who gets presentation contexts of its own. One association cannot propose
 * every SOP class in every transfer syntax.
 */
const usual = {
  grayscale: [
    'CTImageStorage',
    'MRImageStorage',
    'ComputedRadiographyImageStorage',
    'DigitalXRayImageStorageForPresentation',
    'XRayAngiographicImageStorage',
    'DigitalMammographyXRayImageStorageForPresentation',
    'BreastTomosynthesisImageStorage',
    'PositronEmissionTomographyImageStorage',
    'NuclearMedicineImageStorage',
    'EnhancedCTImageStorage',
    'EnhancedMRImageStorage',
    'EnhancedPETImageStorage',
    'XRayRadiofluoroscopicImageStorage',
    'MultiFrameGrayscaleByteSecondaryCaptureImageStorage',
    'MultiFrameGrayscaleWordSecondaryCaptureImageStorage',
    'DigitalIntraOralXRayImageStorageForPresentation',
    'OphthalmicTomographyImageStorage',
  ],
  colour: [
    'UltrasoundImageStorage',
    'UltrasoundMultiFrameImageStorage',
    'SecondaryCaptureImageStorage',
    'MultiFrameTrueColorSecondaryCaptureImageStorage',
    'VLPhotographicImageStorage',
    'VLEndoscopicImageStorage',
    'VLWholeSlideMicroscopyImageStorage',
    'OphthalmicPhotography8BitImageStorage',
  ],
  video: ['VideoEndoscopicImageStorage', 'VideoPhotographicImageStorage', 'VideoMicroscopicImageStorage'],
  none: [
    'GrayscaleSoftcopyPresentationStateStorage',
    'ColorSoftcopyPresentationStateStorage',
    'KeyObjectSelectionDocumentStorage',
    'BasicTextSRStorage',
    'EnhancedSRStorage',
    'ComprehensiveSRStorage',
    'Comprehensive3DSRStorage',
    'XRayRadiationDoseSRStorage',
    'MammographyCADSRStorage',
    'EncapsulatedPDFStorage',
    'EncapsulatedCDAStorage',
    'SegmentationStorage',
    'RTImageStorage',
    'RTDoseStorage',
    'RTStructureSetStorage',
    'RTPlanStorage',
    'RTIonPlanStorage',
    'RTBeamsTreatmentRecordStorage',
    'SpatialRegistrationStorage',
    'DeformableSpatialRegistrationStorage',
    'RealWorldValueMappingStorage',
    'ParametricMapStorage',
    'RawDataStorage',
    'TwelveLeadECGWaveformStorage',
    'GeneralECGWaveformStorage',
    'HemodynamicWaveformStorage',
    'MRSpectroscopyStorage',
    'EnhancedMRColorImageStorage',
    'EnhancedUSVolumeStorage',
    'EnhancedXAImageStorage',
    'EnhancedXRFImageStorage',
    'XRay3DAngiographicImageStorage',
    'DigitalXRayImageStorageForProcessing',
    'DigitalMammographyXRayImageStorageForProcessing',
    'MultiFrameSingleBitSecondaryCaptureImageStorage',
    'VLMicroscopicImageStorage',
    'DermoscopicPhotographyImageStorage',
    'OphthalmicPhotography16BitImageStorage',
  ],
} as const satisfies Readonly<Record<UsualCompression, readonly UidKeyword[]>>

/** The SOP classes that are proposed when none is named, the commonest first. */
export function usualSopClasses(): readonly Uid[] {
  return Object.values(usual).flat().map(uidOf)
}

/** Undefined for a SOP class that is not in the table: any compression may be met there. */
export function usualCompression(sopClassUid: string): UsualCompression | undefined {
  return (Object.keys(usual) as UsualCompression[]).find((compression) =>
    usual[compression].some((keyword) => uidOf(keyword) === sopClassUid),
  )
}
