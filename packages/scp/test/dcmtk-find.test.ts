import { type DicomJson, identifier, textOf } from '@dcm/dataset'
import { dicomJson, find, type FindQuery, StatusError, verification } from '@dcm/scp'
import { settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { conversation } from './conversation.ts'
import { dcmtk } from './dcmtk.ts'

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
        handler: scheduled,
      }),
    ],
  })
  const { output } = await dcmtk(
    'findscu',
    '-v',
    ...['-aet', 'FINDSCU', '-aec', 'SCP'],
    ...line,
    ...['127.0.0.1', String(scp.port)],
  )
  return output
}

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

  it('cancels after a match', async () => {
    const output = await asked('-W', '--cancel', '1', '-k', '0010,0010=*')
    expect(output).toContain('Sending Cancel')
    expect(output).toMatch(/Received Final Find Response \((Cancel|Success)/)
  })

  it.each([
    ['BROKEN', 'Failed: UnableToProcess'],
    ['FOREIGN', 'Error: DataSetDoesNotMatchSOPClass'],
  ])('is told when %s fails', async (name, words) => {
    expect(await asked('-W', '-k', `0010,0010=${name}`)).toContain(words)
  })
})
