import {
  describeStatus,
  statusCategoriesOf,
  type StatusCategoryOf,
  statusCategory,
  statusContextOf,
  statusMeaningsOf,
  uidOf,
} from '@dcm/dimse'
import { describe, expect, expectTypeOf, it } from 'vitest'

describe('the statuses of a service', () => {
  it('are listed with their meaning, as describeStatus says it', () => {
    for (const context of ['C-STORE', 'C-FIND', 'C-MOVE', 'C-GET', 'print-management'] as const) {
      const meanings = statusMeaningsOf(context)
      expect(meanings.length).toBeGreaterThan(2)
      for (const { from, to, category, meaning } of meanings) {
        expect(to).toBeGreaterThanOrEqual(from)
        expect([statusCategory(from), statusCategory(to)]).toEqual([category, category])
        expect(describeStatus(from, context)).toContain(meaning)
      }
    }
    expect(statusMeaningsOf('verification')).toEqual([])
  })

  it.each([
    ['C-FIND', 'ModalityWorklistInformationModelFind', 0xff01, 'pending FF01H: a match, more to come'],
    ['C-MOVE', 'StudyRootQueryRetrieveInformationModelMove', 0xa801, 'the move destination is unknown'],
    ['C-STORE', 'CTImageStorage', 0xb000, 'warning B000H: data elements were coerced'],
    ['C-GET', 'StudyRootQueryRetrieveInformationModelGet', 0xb000, 'sub-operations are complete'],
    ['C-FIND', 'RepositoryQuery', 0xb001, 'warning B001H: as many matches as one response may have'],
    ['C-FIND', 'RepositoryQuery', 0xa710, 'failure A710H: no record has the prior record key'],
    ['C-FIND', 'RepositoryQuery', 0xff01, 'pending FF01H: a match, more to come'],
    ['C-FIND', 'RepositoryQuery', 0xc123, 'failure C123H: unable to process'],
    ['N-ACTION', 'BasicFilmSession', 0xc600, 'the film session has no film boxes'],
    ['N-SET', 'UnifiedProcedureStepPush', 0xc310, 'the UPS is not in progress yet'],
  ] as const)('of a %s of %s', (service, keyword, status, words) => {
    expect(describeStatus(status, statusContextOf(service, uidOf(keyword)))).toContain(words)
  })

  it('are the general ones where nothing else is said', () => {
    expect(statusContextOf('C-ECHO', uidOf('Verification'))).toBeUndefined()
    expect(statusContextOf('N-GET', '1.2.3')).toBeUndefined()
    expect(statusContextOf('C-FIND', '1.2.3')).toBe('C-FIND')
    expect(describeStatus(0x0112, undefined)).toBe('failure 0112H: no such SOP instance')
  })

  it('of a relevant patient query end with one pending: none of PS3.4 Table Q.2-1 warns of optional keys', () => {
    const context = 'relevant-patient-query'
    expect(statusMeaningsOf(context).map(({ from, category }) => [from, category])).toEqual([
      [0xa700, 'failure'],
      [0xa900, 'failure'],
      [0xc000, 'failure'],
      [0xc100, 'failure'],
      [0xc200, 'failure'],
      [0xff00, 'pending'],
    ])
    expect(describeStatus(0xff00, context)).toBe('pending FF00H: a match, more to come')
  })

  it('of a performed procedure step tell its end by the error ID: 0110H alone is any processing failure (PS3.4 Table F.7.2-2)', () => {
    const context = statusContextOf('N-CREATE', uidOf('ModalityPerformedProcedureStep'))
    expect(describeStatus(0x0110, context)).toBe(
      'failure 0110H: processing failure; with error ID A710H, the performed procedure step may no longer be updated',
    )
  })

  it('of storage commitment are the general ones; only its failure reasons have their own words (PS3.4 J.3.2.1.4, J.3.3.1.4)', () => {
    for (const service of ['N-ACTION', 'N-EVENT-REPORT'] as const) {
      const context = statusContextOf(service, uidOf('StorageCommitmentPushModel'))
      expect(describeStatus(0x0112, context)).toBe('failure 0112H: no such SOP instance')
      expect(describeStatus(0x0119, context)).toBe('failure 0119H: class and instance conflict')
    }
    expect(describeStatus(0x0112, 'storage-commitment')).toBe('failure 0112H: the instance is not here')
  })

  it('of a C-FIND of UPS are those of any C-FIND: all of Cxxx is one meaning (PS3.4 Table CC.2.8-2)', () => {
    for (const keyword of [
      'UnifiedProcedureStepPull',
      'UnifiedProcedureStepWatch',
      'UnifiedProcedureStepQuery',
    ] as const) {
      const context = statusContextOf('C-FIND', uidOf(keyword))
      expect(describeStatus(0xc310, context)).toBe('failure C310H: unable to process')
      expect(describeStatus(0xff01, context)).toContain('some optional keys are not supported')
    }
  })

  it('are of these kinds', () => {
    expect(statusCategoriesOf('C-ECHO')).toEqual(['success', 'failure'])
    expect(statusCategoriesOf('C-MOVE')).toContain('cancel')
    expectTypeOf<StatusCategoryOf<'C-ECHO'>>().toEqualTypeOf<'success' | 'failure'>()
    expectTypeOf<StatusCategoryOf<'C-FIND'>>().toEqualTypeOf<
      'success' | 'pending' | 'warning' | 'failure' | 'cancel'
    >()
    expectTypeOf<StatusCategoryOf<'N-SET'>>().toEqualTypeOf<'success' | 'warning' | 'failure'>()
  })
})
