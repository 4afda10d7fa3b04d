import { keywordValues, type ReadValues } from '@dcm/dataset'
import { associate, type Query, queryModels, type ScuAssociation } from '@dcm/scu'
import { tcp } from '@dcm/transport-tcp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PeerProgram } from './dcmtk.ts'
import { startWlmscpfs } from './wlmscpfs.ts'

const { modalityWorklist } = queryModels
let wlmscpfs: PeerProgram

beforeAll(async () => {
  wlmscpfs = await startWlmscpfs([
    {
      PatientID: '1',
      PatientName: 'Müller^Jörg',
      Modality: 'MR',
      ScheduledProcedureStepStartDate: '20260101',
    },
    {
      PatientID: '2',
      PatientName: 'Miller^Jane',
      Modality: 'CT',
      ScheduledProcedureStepStartDate: '20260102',
    },
    { PatientID: '3', PatientName: 'Doe^John', Modality: 'CT', ScheduledProcedureStepStartDate: '20260203' },
  ])
})

afterAll(async () => {
  await wlmscpfs[Symbol.asyncDispose]()
})

function connect(calledAeTitle = 'RIS'): Promise<ScuAssociation> {
  return associate({
    to: wlmscpfs.to,
    transport: tcp(),
    callingAeTitle: 'DCM',
    calledAeTitle,
    contexts: [{ abstractSyntax: modalityWorklist.find }],
  })
}

/** Keys of one step. */
type Step = Readonly<Record<string, string>>

async function matchesOf(query: Query): Promise<ReadValues[]> {
  const found: ReadValues[] = []
  for await (const match of query) found.push(keywordValues(match.json()))
  return found
}

describe('wlmscpfs', () => {
  it.each<[what: string, patient: Step, step: Step, found: string[]]>([
    ['all', {}, {}, ['1', '2', '3']],
    ['a modality', {}, { Modality: 'CT' }, ['2', '3']],
    ['a range of dates', {}, { ScheduledProcedureStepStartDate: '20260102-20260228' }, ['2', '3']],
    ['a wild card and a modality', { PatientName: 'M?ller*' }, { Modality: 'CT' }, ['2']],
    ['a station', {}, { ScheduledStationAETitle: 'MR1' }, ['1']],
    ['nothing that is there', {}, { Modality: 'US' }, []],
  ])('finds %s', async (_what, patient, step, found) => {
    await using association = await connect()
    const query = association.find(modalityWorklist, {
      PatientID: '',
      PatientName: '',
      ...patient,
      ScheduledProcedureStepSequence: [
        { Modality: '', ScheduledProcedureStepStartDate: '', ScheduledStationAETitle: '', ...step },
      ],
    })
    expect((await matchesOf(query)).map(({ PatientID }) => PatientID).sort()).toEqual(found)
    expect((await query.final()).status).toBe(0)
  })

  it('returns the keys asked for, text in its character set, and no others', async () => {
    await using association = await connect()
    const query = association.find(modalityWorklist, {
      PatientID: '1',
      PatientName: '',
      AccessionNumber: '',
      ScheduledProcedureStepSequence: [{ Modality: '', ScheduledProcedureStepID: '' }],
    })
    expect(await matchesOf(query)).toEqual([
      {
        SpecificCharacterSet: 'ISO_IR 192',
        PatientID: '1',
        PatientName: 'Müller^Jörg',
        AccessionNumber: 'A1',
        ScheduledProcedureStepSequence: [{ Modality: 'MR', ScheduledProcedureStepID: 'S1' }],
      },
    ])
  })

  it('is left after a match, and goes on', async () => {
    await using association = await connect()
    const query = association.find(modalityWorklist, { PatientID: '' })
    for await (const match of query) {
      expect(match.status).toBe(0xff00)
      break
    }
    // It may have sent all of them before the C-CANCEL came.
    expect([0x0000, 0xfe00]).toContain((await query.final()).status)
    const again = association.find(modalityWorklist, { PatientID: '3' })
    expect(await matchesOf(again)).toMatchObject([{ PatientID: '3' }])
  })

  it('that is called by another name rejects', async () => {
    await expect(connect('OTHER')).rejects.toMatchObject({
      code: 'DCM_REJECTED',
      result: 1,
      source: 1,
      reason: 7,
    })
  })
})
