import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DicomJson, valuesOf } from '@dcm/dataset'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dcm, objects } from './dcm.ts'
import { dicomFilesIn, temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { Program } from './program.ts'
import { crStudy, queryable, sample } from './samples.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let orthanc: Program
let address: string
/** Where Orthanc knows us as ME. */
let ourPort: number

beforeAll(async () => {
  folder = await temporaryFolder()
  const port = await freePort()
  ourPort = await freePort()
  const configuration = join(folder.path, 'orthanc.json')
  await writeFile(
    configuration,
    JSON.stringify({
      StorageDirectory: join(folder.path, 'db'),
      HttpServerEnabled: false,
      DicomPort: port,
      DicomAet: 'ORTHANC',
      DicomModalities: { me: ['ME', '127.0.0.1', ourPort] },
      DicomAlwaysAllowGet: true,
      DicomAlwaysAllowMove: true,
      DicomAlwaysAllowFind: true,
      DefaultEncoding: 'Utf8',
      Plugins: [],
    }),
  )
  orthanc = new Program('Orthanc', [configuration])
  await orthanc.printed(/Orthanc has started/)
  address = `ORTHANC@127.0.0.1:${String(port)}`
  const sent = await dcm('send', address, ...queryable, '--aet', 'ME')
  if (sent.code !== 0) throw new Error(sent.stderr)
})

afterAll(async () => {
  await orthanc[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

it('finds, and counts what is there', async () => {
  const { stdout } = await dcm('find', address, '--aet', 'ME', 'PatientName=doe*', '--csv')
  expect(stdout).toContain(`Doe^Archibald,77654033,20010101,CR,XR C Spine Comp Min 4 Views,2,3,${crStudy}\n`)
})

it.each([
  ['chrGreek.dcm', 'Διονυσιος'],
  ['chrH31.dcm', '*山田*'],
  ['chrKoreanMulti.dcm', '*김*'],
])('finds who is named in %s', async (name, patientName) => {
  const file = sample(name)
  expect((await dcm('send', address, file, '--aet', 'ME')).code).toBe(0)
  const [match] = objects(
    await dcm('find', address, '--aet', 'ME', `PatientName=${patientName}`, '--limit', '1', '--json'),
  )
  const [inFile] = objects(await dcm('dump', file, '--json'))
  const nameIn = (object: unknown) => valuesOf((object as { dataSet: DicomJson }).dataSet, 'PatientName')
  expect(nameIn(match)).toEqual(nameIn(inFile))
})

it.each(['get', 'move'])('fetches a study with %s', async (command) => {
  await using into = await temporaryFolder()
  const line = [command, address, ...(command === 'move' ? ['ME', '--listen', String(ourPort)] : [])]
  const { code, stdout, stderr } = await dcm(
    ...line,
    `StudyInstanceUID=${crStudy}`,
    '--aet',
    'ME',
    '-o',
    into.path,
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('✓ 3 objects retrieved\n')
  expect(await dicomFilesIn(into.path)).toHaveLength(3)
})

it('commits what it has, and not what it has not', async () => {
  const line = ['commit', address, '--aet', 'ME', '--listen', String(ourPort)]
  const kept = await dcm(...line, ...queryable)
  expect(kept.stdout).toBe(`✓ ${address} keeps 5 of 5 objects\n`)
  expect(kept.code).toBe(0)
  const { code, stdout } = await dcm(...line, sample('CT_small.dcm'))
  expect(stdout).toContain('0112H: the instance is not here')
  expect(code).toBe(1)
})
