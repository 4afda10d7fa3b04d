import { once } from 'node:events'
import { type DicomJson, identifier, itemsOf, textOf } from '@dcm/dataset'
import { OperationCancelledError } from '@dcm/dimse'
import { dicomJson, find, type FindOptions, type FindQuery, StatusError, verification } from '@dcm/scp'
import { settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { conversation } from './conversation.ts'
import { dcmtk, type Outcome } from './dcmtk.ts'

const patients = ['DOE^JANE', 'DOE^JOHN', 'ROE^RICHARD']

/** A small worklist: the names that begin as asked, or all. */
async function* scheduled({ identifier: keys }: FindQuery<DicomJson>): AsyncGenerator<DicomJson> {
  const asked = textOf(keys, 'PatientName') ?? '*'
  if (asked === 'BROKEN') throw new Error('no database')
  if (asked === 'FOREIGN') throw new StatusError(0xa900, { errorComment: 'not of this model' })
  for (const PatientName of patients) {
    if (!PatientName.startsWith(asked.replace('*', ''))) continue
    await settled(1)
    yield identifier({ PatientName, PatientID: String(patients.indexOf(PatientName)), AccessionNumber: 'A1' })
  }
}

async function asked(...line: readonly string[]): Promise<string> {
  return (await askedOf(scheduled, ...line)).output
}

async function askedOf(
  handler: FindOptions<DicomJson>['handler'],
  ...line: readonly string[]
): Promise<Outcome> {
  await using scp = await conversation({
    services: [
      verification(),
      find({
        sopClasses: [
          'ModalityWorklistInformationModelFind',
          'PatientRootQueryRetrieveInformationModelFind',
          'StudyRootQueryRetrieveInformationModelFind',
        ],
        codec: dicomJson,
        handler,
      }),
    ],
  })
  return await dcmtk(
    'findscu',
    '-v',
    ...['-aet', 'FINDSCU', '-aec', 'SCP'],
    ...line,
    ...['127.0.0.1', String(scp.port)],
  )
}

const cancelled = 'Received Final Find Response (Cancel: MatchingTerminatedDueToCancelRequest)'

describe('findscu', () => {
  it.each(['-W', '-P', '-S'])('finds by %s, in each uncompressed transfer syntax', async (model) => {
    for (const syntax of ['-xi', '-xe', '-xb']) {
      const output = await asked(model, syntax, '-k', '0010,0010=DOE*', '-k', '0010,0020')
      expect(output).toContain('DOE^JANE')
      expect(output).toContain('DOE^JOHN')
      expect(output).not.toContain('ROE^RICHARD')
      expect(output).toContain('Received Final Find Response (Success)')
    }
  })

  it('matches and returns what is in a sequence', async () => {
    const step = 'ScheduledProcedureStepSequence[0]'
    const { output } = await askedOf(
      function* ({ identifier: keys }) {
        const [asked = {}] = itemsOf(keys, 'ScheduledProcedureStepSequence')
        for (const [PatientID, Modality] of [
          ['W1', 'MR'],
          ['W2', 'CT'],
        ] as const) {
          if (textOf(asked, 'Modality') !== Modality) continue
          yield identifier({
            PatientID,
            ScheduledProcedureStepSequence: [{ Modality, ScheduledStationAETitle: `${Modality}1` }],
          })
        }
      },
      ...['-W', '-k', 'PatientID', '-k', `${step}.Modality=MR`, '-k', `${step}.ScheduledStationAETitle`],
    )
    expect(output).toContain('[W1]')
    expect(output).toContain('[MR1 ]')
    expect(output).not.toContain('W2')
    expect(output).toContain('Received Final Find Response (Success)')
  })

  it('cancels after a match, which ends the waiting for the next', async () => {
    const reason = Promise.withResolvers<unknown>()
    const { code, output } = await askedOf(
      async function* ({ signal }) {
        yield identifier({ PatientName: 'DOE^JANE' })
        if (!signal.aborted) await once(signal, 'abort')
        reason.resolve(signal.reason)
      },
      ...['-W', '--cancel', '1', '-k', '0010,0010=*'],
    )
    expect(code, output).toBe(0)
    expect(output).toContain(cancelled)
    expect(await reason.promise).toBeInstanceOf(OperationCancelledError)
  })

  it('cancels what would never end', async () => {
    const returned = Promise.withResolvers<number>()
    const { code, output } = await askedOf(
      async function* () {
        let matches = 0
        try {
          for (;;) {
            matches++
            yield identifier({ PatientName: 'DOE^JANE' })
            await settled(1)
          }
        } finally {
          returned.resolve(matches)
        }
      },
      ...['-W', '--cancel', '3', '-k', '0010,0010=*'],
    )
    expect(code, output).toBe(0)
    expect(output).toContain(cancelled)
    expect(await returned.promise).toBeGreaterThanOrEqual(3)
  })

  it.each([
    ['BROKEN', 'Failed: UnableToProcess'],
    ['FOREIGN', 'Error: DataSetDoesNotMatchSOPClass'],
  ])('is told when %s fails', async (name, words) => {
    expect(await asked('-W', '-k', `0010,0010=${name}`)).toContain(words)
  })
})
