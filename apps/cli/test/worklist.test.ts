import { afterAll, beforeAll, expect, it } from 'vitest'
import { dcm, objects } from './dcm.ts'
import { startWlmscpfs, type WorklistScp } from './wlmscpfs.ts'

let ris: WorklistScp

beforeAll(async () => {
  ris = await startWlmscpfs([
    ['Müller^Jörg', 'MR', '20260101'],
    ['Miller^Jane', 'CT', '20260102'],
    ['Doe^John', 'CT', '20260203'],
  ])
})

afterAll(async () => {
  await ris[Symbol.asyncDispose]()
})

function worklist(...line: readonly string[]) {
  return dcm('find', ris.address, '-m', 'worklist', ...line)
}

it('prints a table of what is planned for a modality', async () => {
  const { code, stdout, stderr } = await worklist('ScheduledProcedureStepSequence.Modality=CT')
  expect(stdout).toMatch(/^PatientName +PatientID +AccessionNumber +Date +Time +Modality +Station /)
  expect(stdout).toMatch(/\nMiller\^Jane +2 +A2 +.* CT +CT1 +a step +Who\^Ever +S2 +a procedure +2\.25\.2\n/)
  expect(stdout).toMatch(/\nDoe\^John +3 +A3 +2026-02-03 +\d\d:\d\d/)
  expect(stderr).toBe('2 matches\n')
  expect(code).toBe(0)
})

it('prints CSV of a range of dates', async () => {
  const { stdout } = await worklist(
    'PatientName=M*',
    'ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate=-20260131',
    'ScheduledProcedureStepSequence.Modality',
    '--only',
    '--csv',
  )
  const [header, ...lines] = stdout.trimEnd().split('\n')
  expect(header).toBe(
    'PatientName,ScheduledProcedureStepSequence.ScheduledProcedureStepStartDate,ScheduledProcedureStepSequence.Modality',
  )
  expect(lines.sort()).toEqual(['Miller^Jane,20260102,CT', 'Müller^Jörg,20260101,MR'])
})

it('prints the DICOM JSON model, and stops when there is enough', async () => {
  expect(objects(await worklist('PatientName=D*', '--json'))).toMatchObject([
    { type: 'match', dataSet: { '00100020': { vr: 'LO', Value: ['3'] } } },
    { type: 'result', matches: 1, status: 0 },
  ])
  expect(objects(await worklist('--limit', '1', '--json'))).toHaveLength(2)
})

it('says that nothing is planned, which is no failure', async () => {
  const { code, stdout, stderr } = await worklist('PatientName=NOBODY')
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: 'No matches.\n' })
})

it('says that the peer knows no such worklist', async () => {
  const { code, stderr } = await dcm('find', ris.address.replace('RIS', 'OTHER'), '-m', 'worklist')
  expect(stderr).toContain('it is not known there by the AE title that was called')
  expect(code).toBe(5)
})
