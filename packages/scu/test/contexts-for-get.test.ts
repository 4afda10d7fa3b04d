import { uidOf } from '@dcm/dimse'
import { contextsForGet, queryModels } from '@dcm/scu'
import { describe, expect, it } from 'vitest'

const { studyRoot } = queryModels
const roles = { scu: false, scp: true }

describe('the contexts of a C-GET', () => {
  it('are the model’s, and storage with us as the SCP', () => {
    const sopClasses = ['1.2.3.1', '1.2.3.2']
    expect(contextsForGet(studyRoot, { sopClasses, transferSyntaxes: ['1.2.840.10008.1.2'] })).toEqual([
      { abstractSyntax: studyRoot.get },
      { abstractSyntax: '1.2.3.1', roles, transferSyntaxes: ['1.2.840.10008.1.2'] },
      { abstractSyntax: '1.2.3.2', roles, transferSyntaxes: ['1.2.840.10008.1.2'] },
    ])
  })

  it('are by default for what archives hold, and all of them fit one association', () => {
    const [model, ...storage] = contextsForGet(studyRoot)
    expect(model).toEqual({ abstractSyntax: studyRoot.get })
    expect(storage.length).toBeLessThan(128)
    const proposed = storage.map(({ abstractSyntax, ...rest }) => {
      expect(rest).toEqual({ roles })
      return abstractSyntax
    })
    // The first and the last there are of each family, so that none is cut off at the end of the list.
    const held = [
      uidOf('ComputedRadiographyImageStorage'),
      uidOf('DigitalMammographyXRayImageStorageForProcessing'),
      uidOf('UltrasoundMultiFrameImageStorage'),
      uidOf('GeneralECGWaveformStorage'),
      uidOf('GrayscaleSoftcopyPresentationStateStorage'),
      uidOf('SegmentationStorage'),
      uidOf('VLWholeSlideMicroscopyImageStorage'),
      uidOf('XRayRadiationDoseSRStorage'),
      uidOf('EncapsulatedPDFStorage'),
      uidOf('PositronEmissionTomographyImageStorage'),
      uidOf('RTBeamsTreatmentRecordStorage'),
      uidOf('RTIonBeamsTreatmentRecordStorage'),
    ]
    expect(proposed).toEqual(expect.arrayContaining(held))
    const rare = [
      uidOf('StoredPrintStorage'),
      uidOf('RoutineScalpElectroencephalogramWaveformStorage'),
      uidOf('SurfaceScanMeshStorage'),
      uidOf('HangingProtocolStorage'),
      uidOf('SpectaclePrescriptionReportStorage'),
    ]
    expect(rare.filter((sopClass) => proposed.includes(sopClass))).toEqual([])
  })

  it('are no more than one association has', () => {
    const sopClasses = Array.from({ length: 127 }, (_, index) => `1.2.3.${String(index)}`)
    expect(contextsForGet(studyRoot, { sopClasses })).toHaveLength(128)
    expect(() => contextsForGet(studyRoot, { sopClasses: [...sopClasses, '1.2.4'] })).toThrow(
      expect.objectContaining({ code: 'DCM_TOO_MANY_CONTEXTS' }),
    )
  })
})
