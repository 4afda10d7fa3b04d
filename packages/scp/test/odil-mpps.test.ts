import { fileURLToPath } from 'node:url'
import { type DicomJson, keywordValues } from '@dcm/dataset'
import { statuses } from '@dcm/dimse'
import { dicomJson, normalized, StatusError } from '@dcm/scp'
import { expect, it } from 'vitest'
import { conversation } from './conversation.ts'
import { dcmtk } from './dcmtk.ts'

const script = fileURLToPath(new URL('odil_mpps.py', import.meta.url))

it('odil creates and sets a performed procedure step, and is told what it may not', async () => {
  const steps = new Map<string, DicomJson>()
  await using scp = await conversation({
    services: [
      normalized({
        sopClasses: ['ModalityPerformedProcedureStep'],
        codec: dicomJson,
        handlers: {
          'N-CREATE-RQ': ({ request: { affectedSopInstanceUid = '' }, dataSet = {} }) => {
            if (steps.has(affectedSopInstanceUid)) throw new StatusError(statuses.DuplicateSopInstance)
            steps.set(affectedSopInstanceUid, dataSet)
            return Promise.resolve({ affectedSopInstanceUid })
          },
          'N-SET-RQ': ({ request: { requestedSopInstanceUid }, dataSet = {} }) => {
            const step = steps.get(requestedSopInstanceUid)
            if (!step) throw new StatusError(statuses.NoSuchSopInstance)
            steps.set(requestedSopInstanceUid, { ...step, ...dataSet })
            return Promise.resolve(undefined)
          },
        },
      }),
    ],
  })
  const { code, output } = await dcmtk('/usr/bin/python3', '-B', script, String(scp.port))
  expect(code, output).toBe(0)
  expect(JSON.parse(output)).toEqual([0x0000, 0x0000, 0x0111, 0x0112])
  expect([...steps].map(([uid, step]) => [uid, keywordValues(step)])).toEqual([
    ['2.25.1', { PatientName: 'Doe^Jane', PerformedProcedureStepStatus: 'COMPLETED' }],
  ])
})
