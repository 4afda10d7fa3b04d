import { sopClasses } from '@dcm/pdu'
import {
  type CheckedStatus,
  type DimseService,
  dimseServicesOf,
  statusCategoriesOf,
  statusCategory,
  statusContextOf,
  statusMeaningsOf,
  type StatusOf,
  statusOf,
  storeFailureStatus,
} from '@dcm/dimse'
import { describe, expect, expectTypeOf, it } from 'vitest'

const services = new Set(sopClasses().flatMap(({ uid }) => dimseServicesOf(uid)))

/** All of the lowest, and the ends of what has the same first byte. */
const codes = Array.from({ length: 0x10000 }, (_, code) => code).filter(
  (code) => code < 0x0220 || [0x00, 0x01, 0xff].includes(code & 0xff),
)

describe('the statuses of a service, in types', () => {
  it('are those of PS3.7 9.1, 10.1 and of PS3.4', () => {
    expectTypeOf<Exclude<StatusOf<'C-ECHO'>, CheckedStatus<'C-ECHO'>>>().toEqualTypeOf<
      0x0000 | 0x0122 | 0x0210 | 0x0211 | 0x0212
    >()
    // PS3.4 B.2.3
    expectTypeOf<Exclude<StatusOf<'C-STORE'>, CheckedStatus<'C-STORE'>>>().toEqualTypeOf<
      | (0x0000 | 0x0117 | 0x0122 | 0x0124 | 0x0210 | 0x0211 | 0x0212)
      | (0xa700 | 0xa900 | 0xb000 | 0xb006 | 0xb007 | 0xc000)
    >()
    // PS3.4 C.4.1.1.4
    type Find = StatusOf<'C-FIND', 'StudyRootQueryRetrieveInformationModelFind'>
    expectTypeOf<Exclude<Find, CheckedStatus<'C-FIND'>>>().toEqualTypeOf<
      0x0000 | 0x0122 | 0xa700 | 0xa900 | 0xc000 | 0xfe00 | 0xff00 | 0xff01
    >()
    expectTypeOf<0xa801>().toExtend<StatusOf<'C-MOVE'>>()
    expectTypeOf<0xa801>().not.toExtend<StatusOf<'C-GET'>>()
    expectTypeOf<0xff00 | 0xfe00>().not.toExtend<StatusOf<'N-GET'>>()
    expectTypeOf<0xff00>().not.toExtend<StatusOf<'N-GET'>>()
    expectTypeOf<ReturnType<typeof storeFailureStatus>>().toExtend<StatusOf<'C-STORE'>>()
  })

  it('are those of the SOP class, where its service class has some', () => {
    // PS3.4 C.6.4
    expectTypeOf<0xb001>().toExtend<StatusOf<'C-FIND', 'RepositoryQuery'>>()
    expectTypeOf<0xb001>().not.toExtend<StatusOf<'C-FIND', 'StudyRootQueryRetrieveInformationModelFind'>>()
    // PS3.4 Table Q.2-1
    expectTypeOf<0xff01>().not.toExtend<StatusOf<'C-FIND', 'CardiacRelevantPatientInformationQuery'>>()
    // PS3.4 Table CC.2.8-2
    expectTypeOf<0xff01>().toExtend<StatusOf<'C-FIND', 'UnifiedProcedureStepPull'>>()
    expectTypeOf<0xc310>().toExtend<StatusOf<'N-SET', 'UnifiedProcedureStepPull'>>()
    expectTypeOf<0xc310>().not.toExtend<StatusOf<'C-FIND', 'UnifiedProcedureStepPull'>>()
    expectTypeOf<0xc310>().not.toExtend<StatusOf<'N-SET', 'BasicFilmSession'>>()
    // PS3.4 J.3.2.1.4; C.14.1.1 of PS3.3 has 0131H as a failure reason.
    expectTypeOf<0x0131 | 0xb600>().not.toExtend<StatusOf<'N-ACTION', 'StorageCommitmentPushModel'>>()
    // PS3.7 10.1.6.1.7
    expectTypeOf<0xc616>().not.toExtend<StatusOf<'N-DELETE', 'BasicFilmBox'>>()
    expectTypeOf<0xc600 | 0xc201>().toExtend<StatusOf<'N-ACTION'>>()
  })

  it('are no plain numbers, and of one service only', () => {
    expectTypeOf<number>().not.toExtend<StatusOf<DimseService>>()
    expectTypeOf(statusOf('C-STORE', 0xa7ab)).toExtend<StatusOf<'C-STORE', 'CTImageStorage'>>()
    expectTypeOf(statusOf('C-STORE', 0xa7ab)).not.toExtend<StatusOf<'C-FIND'>>()
    expectTypeOf(statusOf('N-ACTION', 0xc001)).toExtend<number>()
  })
})

describe('statusOf', () => {
  it.each([
    ['C-STORE', [0x0000, 0x0117, 0xa700, 0xa7ff, 0xa9ab, 0xb006, 0xc000, 0xc001, 0xcfff]],
    ['C-FIND', [0xff00, 0xff01, 0xfe00, 0xa710, 0xb001, 0xc123]],
    ['C-MOVE', [0xa801, 0xb000, 0xff00]],
    ['C-ECHO', [0x0000, 0x0122]],
    ['N-ACTION', [0x0123, 0xc600, 0xa001, 0xb123, 0xc001]],
    ['N-GET', [0x0001, 0x0107]],
    ['N-EVENT-REPORT', [0x0113]],
  ] as const)('takes statuses of %s', (service, codes) => {
    for (const code of codes) expect(statusOf(service, code)).toBe(code)
  })

  it.each([
    ['C-STORE', [0xff00, 0xfe00, 0x0110, 0xa6ff, 0xa800, 0xb001, 0xd000]],
    ['C-FIND', [0x0110, 0xa801, 0xb000, 0xff02]],
    ['C-GET', [0xa801, 0xff01]],
    ['C-ECHO', [0xff00, 0x0110, 0xc000]],
    ['N-GET', [0xff00, 0xfe00, 0x0123, 0xd000, 0x9fff]],
    ['N-DELETE', [0xc001, 0x0111]],
    ['N-SET', [NaN, -1, 45056.5, 0x1_0000]],
  ] as const)('refuses what is none of %s', (service, codes) => {
    for (const code of codes) {
      expect(() => statusOf(service, code), String(code)).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'DCM_STATUS_OF_SERVICE' }),
      )
    }
  })

  it('says what was seen, and of which service it is none', () => {
    expect(() => statusOf('C-ECHO', 0xff00)).toThrow('pending FF00H: more to come is no status of C-ECHO')
  })

  it('takes nothing of a kind that the service does not have', () => {
    for (const service of services) {
      const kinds = statusCategoriesOf(service)
      for (const code of codes) {
        if (takes(service, code)) expect(kinds).toContain(statusCategory(code))
      }
    }
  })
})

function takes(service: DimseService, code: number): boolean {
  try {
    return statusOf(service, code) === code
  } catch {
    return false
  }
}

// PS3.4 J: failure reasons, no statuses.
const withStatuses = sopClasses().filter(
  ({ service }) =>
    service !== undefined && service !== 'storage-commitment' && statusMeaningsOf(service).length > 0,
)

it('the SOP classes whose service class has statuses have them, by the registry', () => {
  expect(withStatuses.length).toBeGreaterThan(100)
  for (const { uid, keyword, service: serviceClass } of withStatuses) {
    for (const service of dimseServicesOf(uid)) {
      const context = statusContextOf(service, uid)
      if (service === 'N-EVENT-REPORT' || service === 'N-DELETE') expect(context, keyword).toBeUndefined()
      else if (service === 'C-FIND' && serviceClass === 'unified-procedure-step')
        expect(context).toBe('C-FIND')
      else if (context === undefined || serviceClass === undefined) expect.unreachable(keyword)
      else expect(statusMeaningsOf(context), keyword).toEqual(statusMeaningsOf(serviceClass))
    }
  }
})
