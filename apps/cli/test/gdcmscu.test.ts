import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DicomJson, decodeDataSet, encodeDataSet, identifier, textOf } from '@dcm/dataset'
import { createScp, find, type Scp, storage, verification } from '@dcm/scp'
import { tcp } from '@dcm/transport-tcp'
import { ran } from './program.ts'
import { queryable } from './samples.ts'

// Debian's gdcmscu 3.0.21 ends with SIGABRT behind its A-RELEASE ("ProtocolStream as nullptr is invalid"), DCMTK's storescp as its peer
// included. So what it prints and what came here is judged, not how it exits.

const kept: string[] = []
const asked: string[] = []
let scp: Scp
let call: readonly string[] = []

beforeAll(async () => {
  scp = createScp({
    aeTitle: 'ME',
    transport: tcp(),
    services: [
      verification(),
      storage({
        store: {
          put: async ({ sopInstanceUid, dataSet }) => {
            while (await dataSet.read());
            kept.push(sopInstanceUid)
          },
        },
      }),
      find<DicomJson>({
        sopClasses: [
          'StudyRootQueryRetrieveInformationModelFind',
          'PatientRootQueryRetrieveInformationModelFind',
        ],
        codec: {
          decode: (bytes, transferSyntaxUid) => decodeDataSet(bytes, { transferSyntaxUid }),
          encode: (dataSet, transferSyntaxUid) => encodeDataSet(dataSet, { transferSyntaxUid }),
        },
        handler: function* ({ identifier: keys }) {
          asked.push(textOf(keys, 'PatientID') ?? '')
          yield identifier({ QueryRetrieveLevel: 'STUDY', PatientID: 'P-0815', StudyInstanceUID: '2.25.7' })
        },
      }),
    ],
  })
  const address = await scp.listen({ host: '127.0.0.1', port: 0 })
  call = ['--call', 'ME', '--aetitle', 'GDCM', '127.0.0.1', 'port' in address ? String(address.port) : '']
})

afterAll(async () => {
  await scp.close({ drainMs: 1000 })
})

it('echoes', async () => {
  const { stdout, stderr } = await ran('gdcmscu', '-D', '--echo', ...call)
  // The A-RELEASE-RP that only who was content gets to.
  expect(stdout + stderr).toContain('PDU code: 6')
})

it('stores', async () => {
  await ran('gdcmscu', '--store', ...call, '-i', queryable[0] ?? '')
  expect(kept).toHaveLength(1)
})

it('finds', async () => {
  const { stdout, stderr } = await ran(
    'gdcmscu',
    '-D',
    '--find',
    '--studyroot',
    '--study',
    '--key',
    '10,20,P*',
    ...call,
  )
  expect(asked).toEqual(['P*'])
  // It has taken the match and the last response, and releases.
  expect(stdout + stderr).toContain('PDU code: 6')
})
