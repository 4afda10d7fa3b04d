import { spawnSync } from 'node:child_process'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileStore } from '@dcm/storage'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openFileStore } from '../src/file-store/file-store.ts'
import { dataSetOf, incoming } from './incoming.ts'
import { RecordingFileSystem } from './recording-file-system.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
const hourMs = 3_600_000

/** The name a store of this process gives its folder, with another process's number or another host. */
async function folderName(change: { readonly pid?: number; readonly host?: string }): Promise<string> {
  const store = await fileStore({ directory: join(folder.path, 'model') })
  const [name = ''] = await readdir(join(folder.path, 'model', '.incoming'))
  await store.close()
  const [pid = '', random = '', ...host] = name.split('-')
  return [change.pid ?? pid, random, change.host ?? host.join('-')].join('-')
}

/** What a run that crashed left: an unfinished file, unchanged for so long. */
async function leave(name: string, ageMs = 0): Promise<string> {
  const path = join(folder.path, '.incoming', name)
  await mkdir(path, { recursive: true })
  await writeFile(join(path, '1.part'), 'half')
  const changed = new Date(Date.now() - ageMs)
  await utimes(join(path, '1.part'), changed, changed)
  await utimes(path, changed, changed)
  return join('.incoming', name, '1.part')
}

/** The number of a process that ran and ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

describe('unfinished files of earlier runs', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('are removed at once when their process is gone', async () => {
    await leave(await folderName({ pid: endedProcess() }))
    await using store = await fileStore({ directory: folder.path })
    expect(store.directory).toBe(folder.path)
    expect(await folder.files()).toEqual([])
  })

  it.each<[string, { readonly pid?: number; readonly host?: string; readonly ended?: boolean }]>([
    ['a process that runs', { pid: process.ppid }],
    ['this process', {}],
    ['another host', { host: 'elsewhere' }],
    ['another host, whatever runs here', { host: 'elsewhere', ended: true }],
  ])('of %s are left alone for an hour', async (_, { ended = false, ...owner }) => {
    const process = { ...owner, ...(ended && { pid: endedProcess() }) }
    const young = await leave(await folderName(process), 0.9 * hourMs)
    await leave(await folderName(process), 1.1 * hourMs)
    await using store = await fileStore({ directory: folder.path })
    expect(await folder.files()).toEqual([young])
    await store.close()
  })

  it('are looked for again after an hour', async () => {
    const path = await leave(await folderName({ host: 'elsewhere' }))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    await using store = await fileStore({ directory: folder.path })
    expect(await folder.files()).toEqual([path])
    vi.advanceTimersByTime(hourMs)
    vi.useRealTimers()
    await vi.waitFor(async () => {
      expect(await folder.files()).toEqual([])
    })
    await store.close()
  })

  it('that may not be removed, as of another user, keep nobody from storing, nor others from being removed', async () => {
    const kept = await leave(await folderName({ pid: endedProcess() }))
    await leave(await folderName({ pid: endedProcess() }))
    const fileSystem = new RecordingFileSystem()
    fileSystem.failing = (call, path) =>
      call === 'rm' && path?.endsWith(dirname(kept)) ? 'EACCES' : undefined
    const store = await openFileStore({ directory: folder.path }, fileSystem)
    expect(await folder.files()).toEqual([kept])
    await store.put(incoming([[dataSetOf('1.2')]]))
    await store.close()
  })

  it('of unknown kinds are not touched', async () => {
    await mkdir(join(folder.path, '.incoming'))
    await writeFile(join(folder.path, '.incoming', 'note.txt'), 'not ours')
    const strange = await leave('strange')
    await using store = await fileStore({ directory: folder.path })
    expect(await folder.files()).toEqual([join('.incoming', 'note.txt'), strange])
    await store.close()
  })

  it('two stores share a directory', async () => {
    await using first = await fileStore({ directory: folder.path })
    await using second = await fileStore({ directory: folder.path })
    expect(await readdir(join(folder.path, '.incoming'))).toHaveLength(2)
    await first.close()
    expect(await readdir(join(folder.path, '.incoming'))).toHaveLength(1)
    await second.close()
    expect(await readdir(folder.path)).toEqual([])
  })

  it('stores open while others close', async () => {
    for (let round = 0; round < 20; round++) {
      const closing = await fileStore({ directory: folder.path })
      const opening = Array.from({ length: 4 }, () => fileStore({ directory: folder.path }))
      await closing.close()
      for (const store of await Promise.all(opening)) {
        await store.put(incoming([[dataSetOf('1.2')]]))
        await store.close()
      }
    }
    expect(await readdir(folder.path)).toEqual(['1.2'])
  })
})
