import { mkdir, readFile, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeDataSet, identifier, itemsOf, parseFileMeta, textOf } from '@dcm/dataset'
import { createScp, dicomJson, find, type MoveDestination, type Scp } from '@dcm/scp'
import { tcp } from '@dcm/transport-tcp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from './dcmtk.ts'
import { FolderArchive } from './folder-archive.ts'
import { FolderCommitment } from './folder-commitment.ts'
import { type Orthanc, orthanc } from './orthanc.ts'
import { samplePaths } from './sample-instances.ts'

// Orthanc as the SCU of everything it is one of: C-ECHO, C-STORE, C-FIND, C-MOVE and storage commitment. Debian's 1.10.1 is no SCU of C-GET.

const doe = '77654033'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let archive: FolderArchive
let commitment: FolderCommitment
let scp: Scp
let peer: Orthanc
let sent: readonly Uploaded[]
const destinations = new Map<string, MoveDestination>()

beforeAll(async () => {
  folder = await temporaryFolder()
  archive = new FolderArchive(folder.path, destinations)
  commitment = new FolderCommitment(archive, destinations)
  scp = createScp({
    aeTitle: 'US',
    transport: tcp(),
    checkCalledAeTitle: true,
    services: [...archive.services, worklist, commitment.service],
  })
  const address = await scp.listen({ host: '127.0.0.1', port: 0 })
  const port = 'port' in address ? address.port : 0
  peer = await orthanc({ us: ['US', '127.0.0.1', port], misnamed: ['OTHER', '127.0.0.1', port] })
  destinations.set('ORTHANC', { address: { host: '127.0.0.1', port: peer.port }, transport: tcp() })
  sent = await upload(/^(qr_.*|JPEG2000|JPEG-LL|SC_rgb_rle_2frame|MR_small_bigendian|image_dfl|chrH31)\.dcm$/)
  const stored = await peer.request('POST', '/modalities/us/store', { Resources: sent.map(({ id }) => id) })
  expect(stored).toMatchObject({ FailedInstancesCount: 0, InstancesCount: sent.length })
})

afterAll(async () => {
  await peer[Symbol.asyncDispose]()
  await scp.close({ drainMs: 0 })
  await folder[Symbol.asyncDispose]()
})

const worklist = find({
  sopClasses: ['ModalityWorklistInformationModelFind'],
  codec: dicomJson,
  handler: function* ({ identifier: keys }) {
    const [step = {}] = itemsOf(keys, 'ScheduledProcedureStepSequence')
    if (textOf(step, 'Modality') !== 'MR') return
    for (const PatientID of ['W1', 'W2']) {
      yield identifier({
        PatientID,
        PatientName: 'Müller^Jörg',
        ScheduledProcedureStepSequence: [{ Modality: 'MR', ScheduledStationAETitle: 'MR1' }],
      })
    }
  },
})

/** A sample, read by ourselves. */
async function sample(path: string) {
  return parted(await readFile(path))
}

function parted(file: Uint8Array) {
  const parsed = parseFileMeta(file)
  if (parsed.type !== 'file-meta') throw new Error(parsed.type)
  const { transferSyntaxUid = '' } = parsed.meta
  const dataSet = decodeDataSet(file.subarray(parsed.dataSetOffset), { transferSyntaxUid })
  return { transferSyntaxUid, dataSet }
}

/** A sample in Orthanc. */
interface Uploaded {
  readonly id: string
  readonly path: string
}

async function upload(names: RegExp): Promise<Uploaded[]> {
  const uploaded: Uploaded[] = []
  for (const path of await samplePaths(names)) {
    const { ID: id } = (await peer.request('POST', '/instances', await readFile(path))) as { ID: string }
    uploaded.push({ id, path })
  }
  return uploaded
}

async function inOrthanc(): Promise<string[]> {
  return ((await peer.request('GET', '/instances')) as string[]).sort()
}

/** Leaves nothing in Orthanc. */
async function empty(): Promise<void> {
  for (const id of await inOrthanc()) await peer.request('DELETE', `/instances/${id}`)
}

it('echoes, and is refused under another name', async () => {
  expect(await peer.request('POST', '/modalities/us/echo', {})).toEqual({})
  await expect(peer.request('POST', '/modalities/misnamed/echo', {})).rejects.toThrow('500')
})

it('stores: the files have its data sets in their transfer syntaxes', async () => {
  for (const { path } of sent) {
    const { dataSet, transferSyntaxUid } = await sample(path)
    const kept = await archive.file(textOf(dataSet, 'SOPInstanceUID') ?? '')
    expect(kept?.transferSyntaxUid, path).toBe(transferSyntaxUid)
    expect(kept?.dataSet, path).toEqual(dataSet)
  }
})

it('is told that an instance was not kept, and stores it when it can be', async () => {
  const [instance = { id: '', path: '' }] = await upload(/^rtplan\.dcm$/)
  const { dataSet } = await sample(instance.path)
  const sopInstanceUid = textOf(dataSet, 'SOPInstanceUID') ?? ''
  const store = () => peer.request('POST', '/modalities/us/store', { Resources: [instance.id] })
  const inTheWay = join(folder.path, `${sopInstanceUid}.dcm`)
  await mkdir(inTheWay)
  const refusal: unknown = await store().catch((error: unknown) => error)
  await rmdir(inTheWay)
  // PS3.4 Table B.2-1: cannot understand
  expect(String(refusal)).toContain('0xC000')
  expect(await store()).toMatchObject({ FailedInstancesCount: 0 })
  expect((await archive.file(sopInstanceUid))?.dataSet).toEqual(dataSet)
})

describe('queries', () => {
  it.each([
    ['Patient', { PatientID: doe, PatientName: '' }, 'PatientID', 1],
    ['Study', { PatientName: 'doe^a*', StudyInstanceUID: '' }, 'StudyInstanceUID', 2],
    ['Series', { PatientID: doe, SeriesInstanceUID: '', Modality: '' }, 'SeriesInstanceUID', 4],
    ['Instance', { PatientID: doe, SOPInstanceUID: '' }, 'SOPInstanceUID', 7],
  ])('by %s', async (level, keys, uniqueKey, count) => {
    const samples = await Promise.all((await samplePaths(/^qr_77654033_.*\.dcm$/)).map(sample))
    const expected = new Set(samples.map(({ dataSet }) => textOf(dataSet, uniqueKey)))
    const found = await answersTo(level, keys)
    expect(found).toHaveLength(count)
    expect(new Set(found.map((answer) => answer[uniqueKey]))).toEqual(expected)
  })

  it('finds nobody', async () => {
    expect(await answersTo('Study', { PatientID: 'NOBODY', StudyInstanceUID: '' })).toEqual([])
  })

  it('brings text that is not Latin', async () => {
    const [path = ''] = await samplePaths(/^chrH31\.dcm$/)
    const { dataSet } = await sample(path)
    const [found] = await answersTo('Study', {
      StudyInstanceUID: textOf(dataSet, 'StudyInstanceUID') ?? '',
      PatientName: '',
    })
    expect(found?.PatientName).toBe(textOf(dataSet, 'PatientName'))
  })

  it('of the worklist', async () => {
    const ask = (modality: string) =>
      peer.request('POST', '/modalities/us/find-worklist', {
        PatientID: '',
        PatientName: '',
        ScheduledProcedureStepSequence: [{ Modality: modality, ScheduledStationAETitle: '' }],
      })
    expect(await ask('MR')).toMatchObject(
      ['W1', 'W2'].map((PatientID) => ({
        PatientID,
        PatientName: 'Müller^Jörg',
        ScheduledProcedureStepSequence: [{ Modality: 'MR', ScheduledStationAETitle: 'MR1' }],
      })),
    )
    expect(await ask('CT')).toEqual([])
  })
})

/** Asks, and keeps the query in Orthanc, to be retrieved. */
async function query(Level: string, Query: object): Promise<string> {
  const { ID } = (await peer.request('POST', '/modalities/us/query', { Level, Query })) as { ID: string }
  return `/queries/${ID}`
}

async function answersTo(level: string, keys: object): Promise<Record<string, unknown>[]> {
  const path = await query(level, keys)
  const indices = (await peer.request('GET', `${path}/answers`)) as string[]
  return Promise.all(
    indices.map(
      async (index) =>
        (await peer.request('GET', `${path}/answers/${index}/content?simplify`)) as Record<string, unknown>,
    ),
  )
}

describe('retrieves', () => {
  it.each([
    ['Patient', { PatientID: doe }],
    ['Study', { PatientID: doe, StudyInstanceUID: '' }],
    ['Series', { PatientID: doe, StudyInstanceUID: '', SeriesInstanceUID: '' }],
    ['Instance', { PatientID: doe, StudyInstanceUID: '', SeriesInstanceUID: '', SOPInstanceUID: '' }],
  ])('by %s, and keeps what lay in the folder', async (level, keys) => {
    await empty()
    await peer.request('POST', `${await query(level, keys)}/retrieve`, { TargetAet: 'ORTHANC' })
    const came = await inOrthanc()
    expect(came).toHaveLength(7)
    for (const id of came) {
      const { dataSet, transferSyntaxUid } = parted(await peer.file(id))
      const kept = await archive.file(textOf(dataSet, 'SOPInstanceUID') ?? '')
      expect(kept?.transferSyntaxUid).toBe(transferSyntaxUid)
      expect(kept?.dataSet).toEqual(dataSet)
    }
  })

  it.each(['JPEG2000', 'JPEG-LL', 'SC_rgb_rle_2frame', 'image_dfl'])('%s as it is', async (name) => {
    await empty()
    const [path = ''] = await samplePaths(new RegExp(`^${name}\\.dcm$`))
    const { dataSet, transferSyntaxUid } = await sample(path)
    const keys = {
      StudyInstanceUID: textOf(dataSet, 'StudyInstanceUID'),
      SeriesInstanceUID: textOf(dataSet, 'SeriesInstanceUID'),
      SOPInstanceUID: textOf(dataSet, 'SOPInstanceUID'),
    }
    await peer.request('POST', `${await query('Instance', keys)}/retrieve`, { TargetAet: 'ORTHANC' })
    const [id = ''] = await inOrthanc()
    expect(parted(await peer.file(id))).toEqual({ dataSet, transferSyntaxUid })
  })

  it('is told that it named a destination nobody knows, and goes on', async () => {
    const path = await query('Patient', { PatientID: doe })
    await expect(peer.request('POST', `${path}/retrieve`, { TargetAet: 'NOBODY' })).rejects.toThrow('0xA801')
    await empty()
    await peer.request('POST', `${path}/retrieve`, { TargetAet: 'ORTHANC' })
    expect(await inOrthanc()).toHaveLength(7)
  })
})

describe('storage commitment', () => {
  const outcome = async (transaction: string) => peer.request('GET', `/storage-commitment/${transaction}`)

  it('is reported to it for what it has just sent', async () => {
    await empty()
    const uploaded = await upload(/^qr_77654033_CT.*\.dcm$/)
    const stored = (await peer.request('POST', '/modalities/us/store', {
      Resources: uploaded.map(({ id }) => id),
      StorageCommitment: true,
    })) as { StorageCommitmentTransactionUID: string }
    expect(await commitment.reported()).toBe(0)
    expect(await outcome(stored.StorageCommitmentTransactionUID)).toMatchObject({
      Status: 'Success',
      RemoteAET: 'US',
      Failures: [],
      Success: expect.arrayContaining(
        await Promise.all(
          uploaded.map(async ({ path }) => {
            const { dataSet } = await sample(path)
            return {
              SOPClassUID: textOf(dataSet, 'SOPClassUID'),
              SOPInstanceUID: textOf(dataSet, 'SOPInstanceUID'),
            }
          }),
        ),
      ) as unknown,
    })
  })

  it('is denied for what is not here', async () => {
    const missing = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '2.25.404' }
    const { ID } = (await peer.request('POST', '/modalities/us/storage-commitment', {
      DicomInstances: [missing],
    })) as { ID: string }
    expect(await commitment.reported()).toBe(0)
    expect(await outcome(ID)).toMatchObject({
      Status: 'Failure',
      Success: [],
      Failures: [{ ...missing, FailureReason: 0x0112 }],
    })
  })
})
