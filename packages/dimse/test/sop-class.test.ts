import {
  carriesSopClass,
  type DimseServiceOf,
  dimseServicesOf,
  hasService,
  isRegistered,
  performerOf,
  type RequestTypeOf,
  sopClassOf,
  type SopClassWith,
  storageSopClasses,
  transferSyntaxUids,
  type UidKeyword,
} from '@dcm/dimse'
import { sopClasses, uidEntries, uidOf } from '@dcm/pdu'
import { expect, expectTypeOf, test } from 'vitest'

test('storage SOP classes: those of every storage service, and the retired ones', () => {
  expect(storageSopClasses).toEqual(expect.arrayContaining(sopClasses('storage').map(({ uid }) => uid)))
  for (const keyword of [
    'CTImageStorage',
    'HangingProtocolStorage',
    'UltrasoundImageStorageRetired',
    'TextSRStorageTrial',
    'HardcopyGrayscaleImageStorage',
    'DICOSCTImageStorage',
    'DICOSDigitalXRayImageStorageForPresentation',
  ] as const) {
    expect(storageSopClasses, keyword).toContain(uidOf(keyword))
  }
  expect(storageSopClasses).toContain('1.2.840.10008.5.1.4.1.1.40')
  expect(new Set(storageSopClasses).size).toBe(storageSopClasses.length)
})

test('storage SOP classes: nothing that is not stored by C-STORE', () => {
  for (const keyword of [
    'MediaStorageDirectoryStorage',
    'Verification',
    'StorageCommitmentPushModel',
    'InventoryCreation',
    'StudyRootQueryRetrieveInformationModelFind',
    'VideoEndoscopicImageRealTimeCommunication',
    'PullStoredPrintManagementMeta',
    'DetachedPatientManagement',
  ] as const) {
    expect(storageSopClasses, keyword).not.toContain(uidOf(keyword))
  }
})

test('transfer syntaxes: all of PS3.6', () => {
  const all = uidEntries().filter(({ type }) => type === 'Transfer Syntax')
  expect(transferSyntaxUids.length).toBe(all.length)
  for (const keyword of [
    'ImplicitVRLittleEndian',
    'ExplicitVRBigEndian',
    'JPEGLosslessSV1',
    'RLELossless',
  ] as const) {
    expect(transferSyntaxUids).toContain(uidOf(keyword))
  }
})

test('the services of a SOP class', () => {
  expect(dimseServicesOf(uidOf('Verification'))).toEqual(['C-ECHO'])
  expect(dimseServicesOf(uidOf('MRImageStorage'))).toEqual(['C-STORE'])
  expect(dimseServicesOf(uidOf('StudyRootQueryRetrieveInformationModelMove'))).toEqual(['C-MOVE'])
  expect(dimseServicesOf(uidOf('ModalityPerformedProcedureStep'))).toEqual(['N-CREATE', 'N-SET'])
  expect(dimseServicesOf(uidOf('StorageCommitmentPushModel'))).toEqual(['N-ACTION', 'N-EVENT-REPORT'])
})

test('no services where none are known', () => {
  for (const uid of [
    '',
    '1.2.3',
    'constructor',
    uidOf('ImplicitVRLittleEndian'),
    uidOf('DetachedPatientManagement'),
  ]) {
    expect(dimseServicesOf(uid)).toEqual([])
  }
})

test('every SOP class of a service of PS3.4 has DIMSE services; the directory of media has none', () => {
  const lacking = sopClasses().filter(
    ({ service, uid }) => service !== undefined && dimseServicesOf(uid).length === 0,
  )
  expect(lacking.map(({ keyword }) => keyword)).toEqual(['MediaStorageDirectoryStorage'])
})

test('keywords that end in Find, Move and Get say which service they have', () => {
  for (const { keyword, uid, service } of sopClasses()) {
    const [, ending] = /(Find|Move|Get)$/.exec(keyword) ?? []
    if (ending !== undefined && service !== undefined) {
      expect(dimseServicesOf(uid), keyword).toEqual([`C-${ending.toUpperCase()}`])
    }
  }
})

test('the compiler knows the services of a SOP class', () => {
  expectTypeOf<DimseServiceOf<'Verification'>>().toEqualTypeOf<'C-ECHO'>()
  expectTypeOf<DimseServiceOf<'CTImageStorage'>>().toEqualTypeOf<'C-STORE'>()
  expectTypeOf<DimseServiceOf<'DigitalXRayImageStorageForProcessing'>>().toEqualTypeOf<'C-STORE'>()
  expectTypeOf<DimseServiceOf<'ImplicitVRLittleEndian'>>().toBeNever()
  expectTypeOf<RequestTypeOf<'StorageCommitmentPushModel'>>().toEqualTypeOf<
    'N-ACTION-RQ' | 'N-EVENT-REPORT-RQ'
  >()

  type Handlers = Partial<Record<RequestTypeOf<'ModalityPerformedProcedureStep'>, () => void>>
  const handlers: Handlers = { 'N-CREATE-RQ': () => undefined, 'N-SET-RQ': () => undefined }
  expect(handlers).toBeDefined()
  // @ts-expect-error A modality performed procedure step is not deleted.
  const wrong: Handlers = { 'N-DELETE-RQ': () => undefined }
  expect(wrong).toBeDefined()
})

test('event reports go to the SCU, everything else to the SCP', () => {
  const services = new Set(sopClasses().flatMap(({ uid }) => dimseServicesOf(uid)))
  expect([...services].filter((service) => performerOf(service) === 'SCU')).toEqual(['N-EVENT-REPORT'])
  expect(services.size).toBe(11)
})

test('the compiler knows who performs a request', () => {
  expectTypeOf<RequestTypeOf<'StorageCommitmentPushModel', 'SCP'>>().toEqualTypeOf<'N-ACTION-RQ'>()
  expectTypeOf<RequestTypeOf<'StorageCommitmentPushModel', 'SCU'>>().toEqualTypeOf<'N-EVENT-REPORT-RQ'>()
  expectTypeOf<RequestTypeOf<'Verification', 'SCU'>>().toBeNever()
  expectTypeOf<RequestTypeOf<'UnifiedProcedureStepEvent', 'SCP'>>().toBeNever()

  // @ts-expect-error The SCP of storage commitment sends event reports and gets none.
  const wrong: RequestTypeOf<'StorageCommitmentPushModel', 'SCP'> = 'N-EVENT-REPORT-RQ'
  expect(wrong).toBe('N-EVENT-REPORT-RQ')
})

test('what PS3.6 has registered, and what not', () => {
  expect(isRegistered(uidOf('Verification'))).toBe(true)
  expect(isRegistered('1.2.3')).toBe(false)
})

test('a context carries its own SOP class, members of its Meta SOP class, and UPS Push where steps are worked on', () => {
  const carries = (context: Parameters<typeof uidOf>[0], sopClass: Parameters<typeof uidOf>[0]) =>
    carriesSopClass(uidOf(context), uidOf(sopClass))
  expect(carries('Printer', 'Printer')).toBe(true)
  for (const member of ['BasicFilmSession', 'BasicFilmBox', 'BasicGrayscaleImageBox', 'Printer'] as const) {
    expect(carries('BasicGrayscalePrintManagementMeta', member)).toBe(true)
    expect(carries(member, 'BasicGrayscalePrintManagementMeta')).toBe(false)
  }
  expect(carries('BasicColorPrintManagementMeta', 'BasicColorImageBox')).toBe(true)
  expect(carries('BasicColorPrintManagementMeta', 'BasicGrayscaleImageBox')).toBe(false)
  // PS3.4 H.3.2.2.1: optional ones have contexts of their own.
  expect(carries('BasicGrayscalePrintManagementMeta', 'PresentationLUT')).toBe(false)
  for (const context of ['Watch', 'Pull', 'Event', 'Query'] as const) {
    expect(carries(`UnifiedProcedureStep${context}`, 'UnifiedProcedureStepPush')).toBe(true)
    expect(carries('UnifiedProcedureStepPush', `UnifiedProcedureStep${context}`)).toBe(false)
  }
  expect(carriesSopClass('1.2.3', '1.2.3')).toBe(true)
  expect(carriesSopClass('1.2.3', '')).toBe(false)
})

test('a service on a context is its SOP class’s, but of a Meta SOP class its member’s', () => {
  const has = (
    context: Parameters<typeof uidOf>[0],
    sopClass: Parameters<typeof uidOf>[0],
    service: Parameters<typeof hasService>[2],
  ) => hasService(uidOf(context), uidOf(sopClass), service)
  expect(has('Verification', 'Verification', 'C-ECHO')).toBe(true)
  expect(has('Verification', 'Verification', 'C-FIND')).toBe(false)
  const meta = 'BasicGrayscalePrintManagementMeta'
  expect(has(meta, 'BasicGrayscaleImageBox', 'N-SET')).toBe(true)
  expect(has(meta, 'BasicGrayscaleImageBox', 'N-CREATE')).toBe(false)
  // PS3.4 CC.2: Pull sets, Push does not, although the instances are those of Push.
  expect(has('UnifiedProcedureStepPull', 'UnifiedProcedureStepPush', 'N-SET')).toBe(true)
  expect(has('UnifiedProcedureStepPush', 'UnifiedProcedureStepPush', 'N-SET')).toBe(false)
  expect(has('UnifiedProcedureStepEvent', 'UnifiedProcedureStepPush', 'N-EVENT-REPORT')).toBe(true)
  expect(hasService('1.2.3', '1.2.3', 'N-DELETE')).toBe(true)
})

test('the SOP class of a request, affected or requested', () => {
  expect(sopClassOf({ affectedSopClassUid: '1.2' })).toBe('1.2')
  expect(sopClassOf({ requestedSopClassUid: '1.3' })).toBe('1.3')
})

test('the SOP classes with a service, in types', () => {
  expectTypeOf<SopClassWith<'N-DELETE'>>().toEqualTypeOf<
    | 'BasicFilmSession'
    | 'BasicFilmBox'
    | 'PresentationLUT'
    | 'BasicGrayscalePrintManagementMeta'
    | 'BasicColorPrintManagementMeta'
    | 'RTConventionalMachineVerification'
    | 'RTIonMachineVerification'
  >()
  expectTypeOf<SopClassWith<'C-ECHO'>>().toEqualTypeOf<'Verification'>()
  expectTypeOf<'CTImageStorage'>().toExtend<SopClassWith<'C-STORE'>>()
  expectTypeOf<'Verification'>().not.toExtend<SopClassWith<'C-STORE'>>()
  expectTypeOf<SopClassWith<'C-STORE'> & SopClassWith<'C-FIND'>>().toBeNever()
})

test('the storage SOP classes of the compiler have C-STORE when the program runs', () => {
  // The pattern that the type is made of.
  const named = uidEntries().filter(({ keyword }) => /Storage(?:Trial|Retired|For\w*)?$/.test(keyword))
  const without = named.filter(({ uid }) => !dimseServicesOf(uid).includes('C-STORE'))
  expect(without.map(({ keyword }) => keyword)).toEqual(['MediaStorageDirectoryStorage', 'Storage'])
  expectTypeOf<'MediaStorageDirectoryStorage' | 'Storage'>().toExtend<
    Exclude<UidKeyword, SopClassWith<'C-STORE'>>
  >()
})
