import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import {
  type DicomJson,
  encodeDataSet,
  encodeFileMeta,
  HeadReader,
  identifier,
  parseFileMeta,
  tags,
} from '@dcm/dataset'
import { createScp, storage, type Scp } from '@dcm/scp'
import {
  associate,
  contextsForGet,
  type InstanceSink,
  queryModels,
  type RetrievedInstance,
  type ScuAssociation,
  sendFiles,
  storageCommitment,
} from '@dcm/scu'
import { tcp } from '@dcm/transport-tcp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesOf } from './data-set.ts'
import { PeerProgram } from './dcmtk.ts'
import { startOrthanc } from './orthanc.ts'
import { samples } from './samples.ts'
import { explicit, implicit, verification } from './served.ts'

const { patientRoot, studyRoot, modalityWorklist } = queryModels
/** A patient with studies of CT and MR, 7 and 24 images of them. */
const images = samples.filter((path) => basename(path).startsWith('qr_'))
const callingAeTitle = 'DCM'

/** Keeps what it is given, by SOP Instance UID. */
class Received implements InstanceSink {
  readonly bytes = new Map<string, Uint8Array>()
  async put({
    sopInstanceUid,
    dataSet,
  }: Pick<RetrievedInstance, 'sopInstanceUid' | 'dataSet'>): Promise<void> {
    this.bytes.set(sopInstanceUid, await bytesOf(dataSet))
  }
}

describe.each([
  {
    peer: 'Orthanc',
    calledAeTitle: 'ORTHANC',
    start: (port: number) => startOrthanc({ us: [callingAeTitle, '127.0.0.1', port] }),
  },
  {
    peer: 'dcmqrscp',
    calledAeTitle: 'QRSCP',
    start: startDcmqrscp,
  },
])('query and retrieve at $peer', ({ calledAeTitle, start }) => {
  const received = new Received()
  let program: PeerProgram
  let us: Scp
  beforeAll(async () => {
    us = createScp({ aeTitle: callingAeTitle, transport: tcp(), services: [storage({ store: received })] })
    const address = await us.listen({ host: '127.0.0.1', port: 0 })
    program = await start('port' in address ? address.port : 0)
    const target = { to: program.to, transport: tcp(), callingAeTitle, calledAeTitle }
    const summary = await sendFiles(images, target)
    expect(summary).toMatchObject({ files: images.length, stored: images.length })
  }, 60_000)
  afterAll(async () => {
    await us.close({ drainMs: 0 })
    await program[Symbol.asyncDispose]()
  })

  function connect(contexts: Parameters<typeof associate>[0]['contexts'] = []): Promise<ScuAssociation> {
    return associate({
      to: program.to,
      transport: tcp(),
      callingAeTitle,
      calledAeTitle,
      contexts: [{ abstractSyntax: verification }, ...contexts],
    })
  }

  it('echoes', async () => {
    await using association = await connect()
    expect(await association.echo()).toMatchObject({ type: 'C-ECHO-RSP', status: 0 })
  })

  it('finds patients, studies, series and images, and cancels', async () => {
    await using association = await connect([
      { abstractSyntax: patientRoot.find },
      { abstractSyntax: studyRoot.find },
    ])
    const patients = association.find(patientRoot, {
      QueryRetrieveLevel: 'PATIENT',
      PatientID: '',
      PatientName: '',
    })
    const ids: unknown[] = []
    for await (const match of patients) ids.push(match.json()['00100020']?.Value?.[0])
    expect(ids.sort()).toEqual(['77654033', '98890234'])
    expect(await patients.final()).toMatchObject({ status: 0 })

    const study = { StudyInstanceUID: '', PatientID: '98890234' }
    let found = await all(association, { QueryRetrieveLevel: 'STUDY', ...study })
    expect(found.length).toBeGreaterThan(1)
    const studyInstanceUid = textIn(found[0], '0020000D')
    found = await all(association, {
      QueryRetrieveLevel: 'SERIES',
      StudyInstanceUID: studyInstanceUid,
      SeriesInstanceUID: '',
      Modality: '',
    })
    const seriesInstanceUid = textIn(found[0], '0020000E')
    found = await all(association, {
      QueryRetrieveLevel: 'IMAGE',
      StudyInstanceUID: studyInstanceUid,
      SeriesInstanceUID: seriesInstanceUid,
      SOPInstanceUID: '',
    })
    expect(found.length).toBeGreaterThan(0)

    for await (const match of association.find(studyRoot, {
      QueryRetrieveLevel: 'STUDY',
      StudyInstanceUID: '',
    })) {
      expect(match.status).toBe(0xff00)
      break
    }
    expect(
      await all(association, { QueryRetrieveLevel: 'STUDY', StudyInstanceUID: '', PatientID: 'NOBODY' }),
    ).toEqual([])
  })

  it('moves to us', async () => {
    received.bytes.clear()
    await using association = await connect([{ abstractSyntax: patientRoot.move }])
    const moving = association.move(patientRoot, callingAeTitle, {
      QueryRetrieveLevel: 'PATIENT',
      PatientID: '77654033',
    })
    expect(await moving.final()).toMatchObject({ status: 0, numberOfFailedSuboperations: 0 })
    expect(received.bytes.size).toBe(7)
    const nowhere = association.move(patientRoot, 'NOWHERE', {
      QueryRetrieveLevel: 'PATIENT',
      PatientID: '77654033',
    })
    expect((await nowhere.final()).status).not.toBe(0)
  })

  it('gets, each image as it was sent', async () => {
    const sopClasses = ['1.2.840.10008.5.1.4.1.1.1', '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.4']
    const association = await connect(
      contextsForGet(patientRoot, { sopClasses, transferSyntaxes: [explicit] }),
    )
    const sink = new Received()
    const keys = { QueryRetrieveLevel: 'PATIENT', PatientID: '77654033' }
    expect(await association.get(patientRoot, keys, sink).final()).toMatchObject({ status: 0 })
    expect(sink.bytes.size).toBe(7)
    for (const path of images) {
      const file = await readFile(path)
      const { dataSet, sopInstanceUid, transferSyntaxUid } = partsOf(file)
      const got = sink.bytes.get(sopInstanceUid)
      if (got && transferSyntaxUid === explicit) expect(got.length).toBeGreaterThan(dataSet.length / 2)
    }
    await association.release()
  })
})

/** What a Part 10 file is made of. */
function partsOf(file: Uint8Array) {
  const parsed = parseFileMeta(file)
  if (parsed.type !== 'file-meta') throw new Error(parsed.type)
  const { mediaStorageSopInstanceUid: sopInstanceUid = '', transferSyntaxUid = '' } = parsed.meta
  return { dataSet: file.subarray(parsed.dataSetOffset), sopInstanceUid, transferSyntaxUid }
}

function textIn(json: DicomJson | undefined, tag: string): string {
  const value = json?.[tag]?.Value?.[0]
  return typeof value === 'string' ? value : ''
}

async function all(association: ScuAssociation, keys: Parameters<ScuAssociation['find']>[1]) {
  const found = []
  for await (const match of association.find(studyRoot, keys)) found.push(match.json())
  return found
}

function startDcmqrscp(port: number): Promise<PeerProgram> {
  return PeerProgram.start('dcmqrscp', async (folder, own) => {
    const { mkdir, writeFile } = await import('node:fs/promises')
    await mkdir(`${folder}/objects`)
    const lines = [
      `NetworkTCPPort = ${String(own)}`,
      'MaxPDUSize = 16384',
      'MaxAssociations = 16',
      'HostTable BEGIN',
      `us = (${callingAeTitle}, 127.0.0.1, ${String(port)})`,
      'HostTable END',
      'VendorTable BEGIN',
      'VendorTable END',
      'AETable BEGIN',
      `QRSCP ${folder}/objects RW (200, 1024mb) ANY`,
      'AETable END',
    ]
    await writeFile(`${folder}/dcmqrscp.cfg`, `${lines.join('\n')}\n`)
    return ['-c', `${folder}/dcmqrscp.cfg`]
  })
}

describe('Orthanc', () => {
  it('answers a worklist query', async () => {
    const file = worklistFile()
    await using program = await startOrthanc({}, [{ name: 'one.wl', file }])
    await using association = await associate({
      to: program.to,
      transport: tcp(),
      callingAeTitle,
      calledAeTitle: 'ORTHANC',
      contexts: [{ abstractSyntax: modalityWorklist.find }],
    })
    const query = association.find(modalityWorklist, {
      PatientName: '',
      PatientID: 'W1',
      ScheduledProcedureStepSequence: [{ Modality: 'MR', ScheduledStationAETitle: '' }],
    })
    const found = []
    for await (const match of query) found.push(match.json())
    expect(found).toHaveLength(1)
    expect(found[0]?.['00100010']?.Value).toEqual([{ Alphabetic: 'Doe^Jane' }])
  })

  it('commits to what it has, over an association of its own', async () => {
    const reports: Uint8Array[] = []
    const reported = Promise.withResolvers<undefined>()
    const us = createScp({
      aeTitle: callingAeTitle,
      transport: tcp(),
      services: [
        {
          abstractSyntaxes: [
            {
              abstractSyntax: storageCommitment.sopClassUid,
              transferSyntaxes: [implicit, explicit],
              requestorRoles: { scu: true, scp: true },
            },
          ],
          handlers: {
            'N-EVENT-REPORT-RQ': async (operation) => {
              if (operation.dataSet) reports.push(await bytesOf(operation.dataSet))
              await operation.respond({ status: 0 })
              reported.resolve(undefined)
            },
          },
        },
      ],
    })
    const address = await us.listen({ host: '127.0.0.1', port: 0 })
    const port = 'port' in address ? address.port : 0
    await using program = await startOrthanc({ us: [callingAeTitle, '127.0.0.1', port] })
    const target = { to: program.to, transport: tcp(), callingAeTitle, calledAeTitle: 'ORTHANC' }
    await sendFiles(images.slice(0, 1), target)
    const [first = ''] = images
    const { dataSet, sopInstanceUid, transferSyntaxUid } = partsOf(await readFile(first))
    const head = new HeadReader({ transferSyntaxUid, tags: [tags.SOPClassUID] })
    head.push(dataSet)
    const sopClassUid = head.text(tags.SOPClassUID) ?? ''
    await using association = await associate({
      ...target,
      contexts: [{ abstractSyntax: storageCommitment.sopClassUid }],
    })
    const response = await association.nAction(
      storageCommitment.request('2.25.1234', [{ sopClassUid, sopInstanceUid }]),
    )
    expect(response).toMatchObject({ type: 'N-ACTION-RSP', status: 0 })
    await reported.promise
    expect(Buffer.concat(reports).includes('2.25.1234')).toBe(true)
    expect(Buffer.concat(reports).includes(sopInstanceUid)).toBe(true)
    await us.close({ drainMs: 0 })
  })
})

function worklistFile(): Uint8Array {
  const json = identifier({
    SOPClassUID: modalityWorklist.find,
    SOPInstanceUID: '1.2.3.4',
    PatientName: 'Doe^Jane',
    PatientID: 'W1',
    ScheduledProcedureStepSequence: [{ Modality: 'MR', ScheduledStationAETitle: 'MR1' }],
  })
  const meta = encodeFileMeta({
    mediaStorageSopClassUid: modalityWorklist.find,
    mediaStorageSopInstanceUid: '1.2.3.4',
    transferSyntaxUid: explicit,
    implementationClassUid: '1.2.3',
  })
  return Buffer.concat([meta, encodeDataSet(json, { transferSyntaxUid: explicit })])
}
