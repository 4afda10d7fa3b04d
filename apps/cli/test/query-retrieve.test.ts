import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingUniqueKeys } from '../src/queries/missing-unique-keys.ts'
import { parseKey } from '../src/queries/query-keys.ts'
import { dcm, dcmCommand, objects, startDcm } from './dcm.ts'
import { type Archive, startDcmqrscp } from './dcmqrscp.ts'
import { dicomFilesIn, temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { ran } from './program.ts'
import { crStudy } from './samples.ts'

let archive: Archive

beforeAll(async () => {
  archive = await startDcmqrscp()
})

afterAll(async () => {
  await archive[Symbol.asyncDispose]()
})

describe('dcm find against dcmqrscp', () => {
  it('prints a table of studies', async () => {
    const { code, stdout, stderr } = await dcm('find', archive.address, 'PatientName=Doe*')
    expect(stdout).toMatch(/^PatientName +PatientID +StudyDate +Modalities +StudyDescription/)
    expect(stdout).toMatch(new RegExp(`\nDoe\\^Archibald +77654033 +2001-01-01 +XR C Spine.*${crStudy}\n`))
    expect(stderr).toBe('2 matches\n')
    expect(code).toBe(0)
  })

  it('takes dates and times as it shows them', async () => {
    for (const date of ['2001-01-01', '2001-01-01-', '2000-12-31-2001-01-02']) {
      const { stdout } = await dcm('find', archive.address, `StudyDate=${date}`, '--only')
      expect(stdout).toBe('StudyDate\n2001-01-01\n')
    }
    expect(parseKey('StudyTime=08:30-12:00:15.5').value).toBe('0830-120015.5')
    expect(parseKey('StudyDescription=2001-01-01 08:30').value).toBe('2001-01-01 08:30')
  })

  it('prints CSV', async () => {
    const { stdout } = await dcm(
      'find',
      archive.address,
      'StudyDate=20010101-20011231',
      'PatientName',
      'StudyDescription',
      '--only',
      '--csv',
    )
    expect(stdout).toBe(
      'StudyDate,PatientName,StudyDescription\n20010101,Doe^Archibald,XR C Spine Comp Min 4 Views\n',
    )
  })

  it('prints the DICOM JSON model, and stops when there is enough', async () => {
    const told = objects(await dcm('find', archive.address, '--limit', '1', '--json'))
    expect(told).toMatchObject([
      { type: 'match', dataSet: { '00080052': { vr: 'CS', Value: ['STUDY'] } } },
      { type: 'result', matches: 1 },
    ])
  })

  it('asks on other levels and models', async () => {
    const series = await dcm('find', archive.address, '-l', 'series', `StudyInstanceUID=${crStudy}`, '--csv')
    expect(series.stdout.split('\n')).toHaveLength(5)
    const patients = await dcm('find', archive.address, '-m', 'patient', 'PatientID=7765*', '--csv')
    expect(patients.stdout).toMatch(/\nDoe\^Archibald,77654033,/)
    const seriesUid = /,(1\.3\.[\d.]+),/.exec(series.stdout)?.[1] ?? ''
    const keys = [`StudyInstanceUID=${crStudy}`, `SeriesInstanceUID=${seriesUid}`]
    const images = await dcm('find', archive.address, '-l', 'image', ...keys, '--json')
    expect(objects(images)).toMatchObject([{ type: 'match' }, { type: 'result', matches: 1 }])
  })

  it('says which unique keys may be wanting', async () => {
    const { code, stderr } = await dcm('find', archive.address, '-l', 'image', `StudyInstanceUID=${crStudy}`)
    expect(stderr).toMatch(/answered failure C000H: .*; it may want SeriesInstanceUID too.\n$/)
    expect(code).toBe(1)
  })

  it('says that there are none, which is no failure', async () => {
    const { code, stdout, stderr } = await dcm('find', archive.address, 'PatientID=NOBODY')
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: 'No matches.\n' })
  })

  it('says that the peer does not take the worklist', async () => {
    const { code, stderr } = await dcm('find', archive.address, '-m', 'worklist')
    expect(stderr).toContain(
      'does not take Modality Worklist Information Model - FIND (abstract-syntax-not-supported)',
    )
    expect(code).toBe(6)
  })

  it('says that the called AE title is wrong', async () => {
    const { code, stderr } = await dcm('find', archive.address.replace('ARCHIVE', 'OTHER'))
    expect(stderr).toContain(
      'it is not known there by the AE title that was called; correct what stands before the @.',
    )
    expect(code).toBe(5)
  })
})

describe('the unique keys that a request has not', () => {
  it.each([
    ['study', 'study', [], false, []],
    ['study', 'image', ['StudyInstanceUID=1.2'], false, ['SeriesInstanceUID']],
    ['study', 'study', ['PatientID=1'], true, ['StudyInstanceUID']],
    ['patient', 'series', ['StudyInstanceUID'], true, ['PatientID', 'StudyInstanceUID', 'SeriesInstanceUID']],
    ['worklist', undefined, [], false, []],
  ] as const)('%s model, level %s, %j', (modelName, level, keys, own, missing) => {
    expect(missingUniqueKeys({ modelName, level }, keys.map(parseKey), { own })).toEqual(missing)
  })
})

it('says nothing of matches when it is refused', async () => {
  const line = ['find', archive.address, '-l', 'image', `StudyInstanceUID=${crStudy}`]
  const { code, stderr } = await dcm(...line)
  expect(stderr).toMatch(
    /^dcm: .* answered failure C000H: unable to process; it may want SeriesInstanceUID too\.\n$/,
  )
  expect(code).toBe(1)
})

describe('dcm get from dcmqrscp', () => {
  it('keeps a study', async () => {
    await using folder = await temporaryFolder()
    const { code, stdout, stderr } = await dcm(
      'get',
      archive.address,
      `StudyInstanceUID=${crStudy}`,
      '-o',
      folder.path,
    )
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '✓ 3 objects retrieved\n', stderr: '' })
    expect(await dicomFilesIn(folder.path)).toHaveLength(3)
  })

  it('says that what it prints has no room, and keeps what it is sent', async () => {
    await using folder = await temporaryFolder()
    const line = ['get', archive.address, `StudyInstanceUID=${crStudy}`, '-o', folder.path, '--json']
    const { code, stderr } = await ran('sh', '-c', '"$0" "$@" > /dev/full', ...dcmCommand, ...line)
    expect(stderr).toBe('dcm: What is printed cannot be written: the disk is full; free some space.\n')
    expect(code).toBe(8)
    expect(await dicomFilesIn(folder.path)).toHaveLength(3)
  })

  it('tells programs of each object, and of the progress', async () => {
    await using folder = await temporaryFolder()
    const told = objects(
      await dcm('get', archive.address, `StudyInstanceUID=${crStudy}`, '-o', folder.path, '--json'),
    )
    expect(told.filter(({ type }) => type === 'stored')).toHaveLength(3)
    expect(told.at(-1)).toMatchObject({
      type: 'result',
      status: 0,
      completed: 3,
      failed: 0,
      failedSopInstanceUids: [],
    })
  })
})

describe('dcm move at dcmqrscp', () => {
  it('fetches a study by listening itself', async () => {
    await using folder = await temporaryFolder()
    const line = ['move', archive.address, 'ME', `StudyInstanceUID=${crStudy}`]
    const { code, stdout } = await dcm(
      ...line,
      '--listen',
      String(archive.destinationPort),
      '-o',
      folder.path,
    )
    expect(stdout).toContain('✓ 3 objects retrieved\n')
    expect(stdout).toMatch(/✓ ARCHIVE {2}3 objects, /)
    expect(code).toBe(0)
    expect(await dicomFilesIn(folder.path)).toHaveLength(3)
  })

  it('says why it could not keep what came, and does not leave it to the peer', async () => {
    await using folder = await temporaryFolder()
    const inTheWay = join(folder.path, crStudy)
    await writeFile(inTheWay, '')
    const line = ['move', archive.address, 'ME', `StudyInstanceUID=${crStudy}`, '-o', folder.path]
    const { code, stdout, stderr } = await dcm(...line, '--listen', String(archive.destinationPort))
    expect(stdout).toMatch(/^✗ ARCHIVE {2}0 objects, .*, 3 failed\n✗ 0 objects retrieved, 3 failed\n$/)
    expect(stderr).toContain(`dcm: ${inTheWay}`)
    expect(code).toBe(8)
  })

  it('says that nothing came, when the archive sends to somebody else of that name', async () => {
    await using folder = await temporaryFolder()
    await using elsewhere = await temporaryFolder()
    const at = `ME@127.0.0.1:${String(archive.destinationPort)}`
    await using other = startDcm(['listen', at, '-o', elsewhere.path])
    await other.printed(/listens on/)
    const line = ['move', archive.address, 'ME', `StudyInstanceUID=${crStudy}`, '-o', folder.path]
    const here = ['--listen', String(await freePort()), '--wait', '1']
    const { code, stdout, stderr } = await dcm(...line, ...here)
    expect(await dicomFilesIn(folder.path)).toEqual([])
    expect(stdout).toBe('✗ 0 objects retrieved\n')
    expect(stderr).toBe(
      `dcm: ${archive.address} says that it sent 3 objects, and 0 came here; it may know ME at another address, or send later than --wait.\n`,
    )
    expect(code).toBe(1)
  })

  it('says that the destination is unknown', async () => {
    const { code, stderr } = await dcm('move', archive.address, 'NOBODY', `StudyInstanceUID=${crStudy}`)
    expect(stderr).toContain('answered failure A801H: refused, the move destination is unknown')
    expect(code).toBe(1)
  })

  it('lists what failed when the destination is not there', async () => {
    const outcome = await dcm('move', archive.address, 'ME', `StudyInstanceUID=${crStudy}`, '--json')
    expect(objects(outcome).find(({ type }) => type === 'result')).toMatchObject({ completed: 0, failed: 3 })
    expect(outcome.code).toBe(1)
  })
})

describe('dcm dump of dcmqrscp', () => {
  it('says what it takes', async () => {
    const { code, stdout } = await dcm('dump', archive.address)
    expect(stdout).toMatch(/^A-ASSOCIATE-AC\n.*\n.*\n {2}Implementation version name: "OFFIS_DCMTK_/)
    expect(stdout).toContain('Study Root Query/Retrieve Information Model - FIND')
    expect(code).toBe(0)
    const [association] = objects(await dcm('dump', archive.address, '--json'))
    expect(association).toMatchObject({
      type: 'association',
      presentationContexts: expect.any(Array) as unknown[],
    })
  })
})
