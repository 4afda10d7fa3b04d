import { readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { fileStore } from '@dcm/storage'
import { describe, expect, it } from 'vitest'
import { dataSetOf, incoming } from './incoming.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()

/** What peers might send where a UID belongs; all different, some only in what cleaning would take away. */
const hostile = [
  '.',
  '..',
  '...',
  '/',
  '1/2',
  '1.2/',
  '/etc/passwd',
  '../../etc/passwd',
  '..\\..\\boot.ini',
  'C:\\1.2',
  '1.2\0',
  '1.2\0.3',
  '\0',
  '1..2',
  '.1.2',
  '1.2.',
  ' 1.2',
  '1.2 3',
  '1.2\n',
  'a',
  'A',
  '\u00c4',
  '\u00e4',
  'A\u00a8',
  'NUL',
  'con',
  '1.2:stream',
  '%2e%2e%2f',
  '~',
  '*',
  'no-study',
  '.incoming',
  'sha256-0',
  `1.${'2'.repeat(63)}`,
  `1.${'2'.repeat(64)}`,
  '1'.repeat(4_000),
]

describe('file names', () => {
  it('are the UIDs, one folder a study', async () => {
    await using store = await fileStore({ directory: folder.path, durability: 'os' })
    const longest = `1.${'2'.repeat(62)}`
    for (const sopInstanceUid of ['1.2.3', '0', '1.02', longest]) {
      const stored = await store.put(incoming([[dataSetOf('1.2.840.7')]], { sopInstanceUid }))
      expect(stored).toMatchObject({
        sopInstanceUid,
        studyInstanceUid: '1.2.840.7',
        seriesInstanceUid: '1.2.9',
      })
      expect(stored.location).toBe(join(folder.path, '1.2.840.7', `${sopInstanceUid}.dcm`))
    }
  })

  it('of hostile SOP Instance UIDs stay inside the study and never meet', async () => {
    await using store = await fileStore({ directory: folder.path, durability: 'os' })
    const locations = new Map<string, string>()
    for (const sopInstanceUid of hostile) {
      const { location } = await store.put(
        incoming([[dataSetOf('1.2.7', sopInstanceUid.slice(0, 50))]], { sopInstanceUid }),
      )
      expect(location).toMatch(/sha256-[0-9a-f]{64}\.dcm$/)
      locations.set(location.toLowerCase(), sopInstanceUid)
    }
    expect(locations.size).toBe(hostile.length)
    const files = await folder.files()
    expect(files).toHaveLength(hostile.length)
    for (const file of files) expect(file).toMatch(/^1\.2\.7[/\\]sha256-[0-9a-f]{64}\.dcm$/)
  })

  it('are not made for an empty SOP Instance UID, which a file cannot have (PS3.10 7.1)', async () => {
    await using store = await fileStore({ directory: folder.path, durability: 'os' })
    await expect(store.put(incoming([[dataSetOf('1.2.7')]], { sopInstanceUid: '' }))).rejects.toMatchObject({
      code: 'DCM_STORAGE_INVALID',
    })
    expect(await folder.files()).toEqual([])
  })

  it('of hostile Study Instance UIDs are one folder each, inside the store', async () => {
    await using store = await fileStore({ directory: folder.path, durability: 'os' })
    // Padding at the end is no part of a UID (PS3.5 9.1), so those that differ only there are the same study.
    const studies = new Set(
      hostile.map((uid) => uid.replace(/[\0 ]+$/, '')).filter((uid) => uid !== '' && uid !== '1.2'),
    )
    for (const [index, study] of [...studies].entries()) {
      const { studyInstanceUid } = await store.put(
        incoming([[dataSetOf(study)]], { sopInstanceUid: `1.${String(index)}` }),
      )
      expect(studyInstanceUid).toBe(study)
    }
    const folders = (await folder.files()).map((file) => file.split(sep))
    for (const parts of folders) expect(parts).toHaveLength(2)
    expect(new Set(folders.map(([name]) => name?.toLowerCase())).size).toBe(studies.size)
    for (const [name] of folders) expect(name).toMatch(/^sha256-[0-9a-f]{64}$/)
  })

  it.each([
    ['has no study', dataSetOf('')],
    ['cannot be understood', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['is empty', Buffer.alloc(0)],
  ])('of a data set that %s are in a folder of their own', async (_, bytes) => {
    await using store = await fileStore({ directory: folder.path, durability: 'os' })
    const { location, studyInstanceUid } = await store.put(incoming(bytes.length > 0 ? [[bytes]] : []))
    expect(studyInstanceUid).toBeUndefined()
    expect(location).toBe(join(folder.path, 'no-study', '1.2.3.dcm'))
    const kept = await readFile(location)
    expect(kept.subarray(kept.length - bytes.length).equals(bytes)).toBe(true)
  })

  it.each(['1'.repeat(65_535), '1.2.\ud800'])(
    'cannot be made of what fits no file meta',
    async (sopInstanceUid) => {
      await using store = await fileStore({ directory: folder.path, durability: 'os' })
      await expect(store.put(incoming([[dataSetOf('1.2')]], { sopInstanceUid }))).rejects.toMatchObject({
        name: 'StorageError',
        code: 'DCM_STORAGE_INVALID',
      })
      expect(await folder.files()).toEqual([])
    },
  )
})
