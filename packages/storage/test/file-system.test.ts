import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { openFileStore } from '../src/file-store/file-store.ts'
import { fileSystemAt, localFileSystem, memoryFileSystem } from '../src/file-store/file-system-at.ts'
import { nodeFileSystem } from '../src/file-store/file-system.ts'
import { dataSetOf, incoming } from './incoming.ts'
import { RecordingFileSystem } from './recording-file-system.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()

async function open(durability: 'fsync' | 'os', fileSystem = new RecordingFileSystem()) {
  const store = await openFileStore({ directory: folder.path, durability }, fileSystem)
  fileSystem.calls.length = 0
  return { store, fileSystem }
}

/** Does something more once a file has its final name, before its folder is synced. */
class OnceRenamed extends RecordingFileSystem {
  renamed: (() => Promise<void>) | undefined

  override async rename(from: string, to: string): Promise<void> {
    await super.rename(from, to)
    const { renamed } = this
    this.renamed = undefined
    await renamed?.()
  }
}

describe('the folder of a store', () => {
  const synced = async (durability: 'fsync' | 'os', directory: string): Promise<string[]> => {
    const fileSystem = new RecordingFileSystem()
    const store = await openFileStore({ directory, durability }, fileSystem)
    await store.close()
    return fileSystem.calls.filter((call) => call.startsWith('fsync'))
  }

  it('has a name on disk, and so have those above that were made with it', async () => {
    const directory = join(folder.path, 'a', 'b')
    expect(await synced('fsync', directory)).toEqual(['fsync a', `fsync ${basename(folder.path)}`])
    expect(await synced('fsync', directory)).toEqual([])
    expect(await synced('os', join(folder.path, 'c'))).toEqual([])
  })
})

describe('the work for one object', () => {
  it('is file, file sync, name, folder syncs when durable by fsync; the study is made once', async () => {
    const { store, fileSystem } = await open('fsync')
    const root = basename(folder.path)
    await store.put(incoming([[dataSetOf('1.2')]], { sopInstanceUid: '1' }))
    expect(fileSystem.calls).toEqual([
      'open 1.part',
      'writev 1.part',
      'fsync 1.part',
      'close 1.part',
      'rename 1.dcm',
      'mkdir 1.2',
      'rename 1.dcm',
      'open 1.2',
      'fsync 1.2',
      'close 1.2',
      `open ${root}`,
      `fsync ${root}`,
      `close ${root}`,
    ])
    fileSystem.calls.length = 0
    await store.put(incoming([[dataSetOf('1.2')]], { sopInstanceUid: '2' }))
    expect(fileSystem.calls).toEqual([
      'open 2.part',
      'writev 2.part',
      'fsync 2.part',
      'close 2.part',
      'rename 2.dcm',
      'open 1.2',
      'fsync 1.2',
      'close 1.2',
    ])
    await store.close()
  })

  it('is open, one write, close, rename when the operating system is enough', async () => {
    const { store, fileSystem } = await open('os')
    await store.put(incoming([[dataSetOf('1.2')]], { sopInstanceUid: '1' }))
    fileSystem.calls.length = 0
    await store.put(incoming([[dataSetOf('1.2')]], { sopInstanceUid: '2' }))
    expect(fileSystem.calls).toEqual(['open 2.part', 'writev 2.part', 'close 2.part', 'rename 2.dcm'])
    await store.close()
  })

  it('syncs the parent once more when another store made the study', async () => {
    const { store, fileSystem } = await open('fsync')
    await mkdir(join(folder.path, '1.2'))
    await store.put(incoming([[dataSetOf('1.2')]]))
    expect(fileSystem.calls).toContain(`fsync ${basename(folder.path)}`)
    await store.close()
  })

  it('goes on after a short write', async () => {
    const { store, fileSystem } = await open('os')
    fileSystem.maximumWriteBytes = 7
    const bytes = dataSetOf('1.2', 'x'.repeat(500))
    const { location } = await store.put(
      incoming([[bytes.subarray(0, 5), new Uint8Array(), bytes.subarray(5, 300)], [bytes.subarray(300)]]),
    )
    const kept = await readFile(location)
    expect(kept.subarray(kept.length - bytes.length).equals(bytes)).toBe(true)
    await store.close()
  })

  it('makes folders again that somebody removed', async () => {
    const { store } = await open('fsync')
    await store.put(incoming([[dataSetOf('1.2')]]))
    await rm(join(folder.path, '.incoming'), { recursive: true })
    await rm(join(folder.path, '1.2'), { recursive: true })
    await store.put(incoming([[dataSetOf('1.2')]]))
    expect(await folder.files()).toEqual([join('1.2', '1.2.3.dcm')])
    await store.close()
  })
})

it('a batch of over 2 GiB goes out in writes whose bytes Node.js can count', async () => {
  const { store, fileSystem } = await open('os')
  const sizes: number[] = []
  fileSystem.writev = (_, runs) => {
    const bytes = runs.reduce((sum, run) => sum + run.length, 0)
    if (sizes.push(bytes) > 9) return Promise.reject(new Error('written again and again'))
    // As fs.writev() does.
    return Promise.resolve(bytes | 0)
  }
  const run = Buffer.alloc(16_000_000)
  const { dataSetBytes } = await store.put(
    incoming([[dataSetOf('1.2'), ...Array.from({ length: 140 }, () => run)]]),
  )
  expect(dataSetBytes).toBeGreaterThan(2 ** 31)
  expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(dataSetBytes)
  expect(Math.max(...sizes)).toBeLessThan(2 ** 31)
  await store.close()
})

describe('an error of the file system', () => {
  it.each([
    ['open', 'EMFILE', 'DCM_STORAGE_EXHAUSTED'],
    ['open', 'EACCES', 'DCM_STORAGE_DENIED'],
    ['open', 'EROFS', 'DCM_STORAGE_DENIED'],
    ['writev', 'ENOSPC', 'DCM_STORAGE_FULL'],
    ['writev', 'EDQUOT', 'DCM_STORAGE_FULL'],
    ['writev', 'EFBIG', 'DCM_STORAGE_FULL'],
    ['writev', 'EIO', 'DCM_STORAGE_FAILED'],
    ['fsync', 'EIO', 'DCM_STORAGE_FAILED'],
    ['fsync', 'ENOSPC', 'DCM_STORAGE_FULL'],
    ['close', 'EDQUOT', 'DCM_STORAGE_FULL'],
    ['rename', 'EIO', 'DCM_STORAGE_FAILED'],
    ['mkdir', 'ENOSPC', 'DCM_STORAGE_FULL'],
  ] as const)('%s %s is %s, leaves nothing, and the next object is kept', async (failing, errno, code) => {
    const { store, fileSystem } = await open('fsync')
    let armed = true
    fileSystem.failing = (call) => (armed && call === failing ? errno : undefined)
    const batches = [[dataSetOf('1.2')], [Buffer.alloc(1_000)]]
    const error: unknown = await store.put(incoming(batches)).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'StorageError', code, cause: { errno: -constants.errno[errno] } })
    expect(String(error)).not.toContain('1.2')
    expect(fileSystem.openDescriptors).toBe(0)
    expect(await folder.files()).toEqual([])
    armed = false
    await store.put(incoming([[dataSetOf('1.2')]]))
    expect(await folder.files()).toEqual([join('1.2', '1.2.3.dcm')])
    await store.close()
  })

  it('while replacing leaves the older object', async () => {
    const { store, fileSystem } = await open('fsync')
    const { location } = await store.put(incoming([[dataSetOf('1.2', 'older')]]))
    fileSystem.failing = (call) => (call === 'writev' ? 'ENOSPC' : undefined)
    await expect(store.put(incoming([[dataSetOf('1.2', 'newer')]]))).rejects.toMatchObject({
      code: 'DCM_STORAGE_FULL',
    })
    expect((await readFile(location)).includes('older')).toBe(true)
    expect(await folder.files()).toHaveLength(1)
    await store.close()
  })

  it('that leaves only the durability of the name open rejects, and the object is whole', async () => {
    const { store, fileSystem } = await open('fsync')
    fileSystem.failing = (call, path) => (call === 'fsync' && path?.endsWith('1.2') ? 'EIO' : undefined)
    const bytes = dataSetOf('1.2')
    await expect(store.put(incoming([[bytes]]))).rejects.toMatchObject({ code: 'DCM_STORAGE_FAILED' })
    expect(fileSystem.openDescriptors).toBe(0)
    const [file = '', ...others] = await folder.files()
    expect(others).toEqual([])
    expect((await readFile(join(folder.path, file))).subarray(-bytes.length).equals(bytes)).toBe(true)
    await store.close()
  })

  it.each(['2.part', '1.2'])(
    'while another object gets its name rejects both, although the sync of that one works: fsync %s',
    async (failing) => {
      const fileSystem = new OnceRenamed()
      const { store } = await open('fsync', fileSystem)
      let other: unknown
      fileSystem.renamed = async () => {
        fileSystem.failing = (call, path) => (call === 'fsync' && path?.endsWith(failing) ? 'EIO' : undefined)
        other = await store
          .put(incoming([[dataSetOf('1.2')]], { sopInstanceUid: '2' }))
          .catch((reason: unknown) => reason)
        fileSystem.failing = () => undefined
      }
      const failed = { code: 'DCM_STORAGE_FAILED', cause: { code: 'EIO' } }
      await expect(store.put(incoming([[dataSetOf('1.2')]], { sopInstanceUid: '1' }))).rejects.toMatchObject(
        failed,
      )
      expect(other).toMatchObject(failed)
      const { location } = await store.put(incoming([[dataSetOf('1.2')]], { sopInstanceUid: '1' }))
      expect(location).toBe(join(folder.path, '1.2', '1.dcm'))
      await store.close()
    },
  )

  it('is told when the directory cannot be used', async () => {
    const file = join(folder.path, 'file')
    const fileSystem = new RecordingFileSystem()
    await writeFile(file, '')
    await expect(openFileStore({ directory: join(file, 'below') }, fileSystem)).rejects.toMatchObject({
      name: 'StorageError',
      code: 'DCM_STORAGE_FAILED',
    })
  })
})

describe('memory of what was received', () => {
  const first = dataSetOf('1.2')
  const second = Buffer.alloc(1_000)

  /** A store on this file system, and an object of two batches whose source takes runs back. */
  async function put(fileSystem: RecordingFileSystem) {
    const { store } = await open('os', fileSystem)
    const object = incoming([[first], [second]])
    const recycle = (runs: readonly Uint8Array[]): void => {
      fileSystem.calls.push(`recycle ${runs.map((run) => String(run.length)).join()}`)
    }
    await store.put({ ...object, dataSet: { ...object.dataSet, recycle } }).catch(() => undefined)
    await store.close()
  }

  it('is given back once it was written', async () => {
    const fileSystem = new RecordingFileSystem()
    fileSystem.maximumWriteBytes = 700
    await put(fileSystem)
    expect(fileSystem.calls.filter((call) => /recycle|writev|close/.test(call))).toEqual([
      'writev 1.part',
      `recycle ${String(first.length)}`,
      'writev 1.part',
      'writev 1.part',
      'recycle 1000',
      'close 1.part',
    ])
  })

  it('is not given back after a write that failed', async () => {
    const fileSystem = new RecordingFileSystem()
    fileSystem.failing = (call) => (call === 'writev' ? 'EIO' : undefined)
    await put(fileSystem)
    expect(fileSystem.calls.filter((call) => call.startsWith('recycle'))).toEqual([])
  })
})

describe('what a file system allows', () => {
  it('is used where it is known only', async () => {
    expect(await fileSystemAt('/proc')).toBe(nodeFileSystem)
    expect(await fileSystemAt('/proc/nothing/here')).toBe(nodeFileSystem)
    if (process.platform === 'linux')
      expect(await fileSystemAt('/dev/shm/not/yet/made')).not.toBe(nodeFileSystem)
  })

  it('to close at once says what went wrong', async () => {
    await expect(localFileSystem.close(-1)).rejects.toThrow()
    const descriptor = await localFileSystem.open(join(folder.path, 'file'), 'wx')
    await localFileSystem.close(descriptor)
    await expect(localFileSystem.close(descriptor)).rejects.toMatchObject({ code: 'EBADF' })
  })

  it('in memory opens and renames before anything else happens, and writes what is short once files come one by one', async () => {
    const fileSystem = memoryFileSystem()
    const path = (file: number) => join(folder.path, String(file))
    for (let file = 1; file <= 17; file += 1) {
      const opening = fileSystem.open(path(file), 'wx')
      expect(existsSync(path(file))).toBe(true)
      const descriptor = await opening
      const writing = fileSystem.writev(descriptor, [Buffer.from('ab'), Buffer.from('c')])
      if (file === 17) expect(readFileSync(path(file), 'latin1')).toBe('abc')
      expect(await writing).toBe(3)
      await fileSystem.close(descriptor)
    }
    const renaming = fileSystem.rename(path(17), path(18))
    expect(existsSync(path(18))).toBe(true)
    await renaming
  })

  it('in memory leaves to the thread pool what is long, and all after files that were open side by side', async () => {
    const fileSystem = memoryFileSystem()
    const pooled = vi.spyOn(nodeFileSystem, 'writev')
    const open = () => fileSystem.open(join(folder.path, String(++opened)), 'wx')
    let opened = 0
    /** Whether the thread pool wrote a file of so many bytes, in two runs. */
    const writes = async (bytes: number): Promise<boolean> => {
      pooled.mockClear()
      const descriptor = await open()
      await fileSystem.writev(descriptor, [Buffer.alloc(bytes - 10), Buffer.alloc(10)])
      await fileSystem.close(descriptor)
      return pooled.mock.calls.length > 0
    }
    const oneByOne = async (count: number): Promise<boolean[]> => {
      const all: boolean[] = []
      while (all.length < count) all.push(await writes(20))
      return all
    }
    try {
      expect(await oneByOne(17)).toEqual([...Array<boolean>(16).fill(true), false])
      expect(await writes(1_000_001)).toBe(true)
      expect(await writes(1_000_000)).toBe(false)
      for (const descriptor of [await open(), await open()]) await fileSystem.close(descriptor)
      expect(await oneByOne(15)).toEqual([...Array<boolean>(14).fill(true), false])
    } finally {
      pooled.mockRestore()
    }
  })

  it('in memory rejects what it cannot do', async () => {
    const fileSystem = memoryFileSystem()
    const path = join(folder.path, 'file')
    await expect(fileSystem.open(join(path, 'no'), 'wx')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(fileSystem.rename(path, join(folder.path, 'other'))).rejects.toMatchObject({
      code: 'ENOENT',
    })
    const descriptor = await fileSystem.open(path, 'wx')
    await expect(fileSystem.open(path, 'wx')).rejects.toMatchObject({ code: 'EEXIST' })
    await fileSystem.close(descriptor)
    await expect(fileSystem.writev(descriptor, [Buffer.from('a')])).rejects.toMatchObject({ code: 'EBADF' })
  })

  it('keeps every byte of short and long objects, alone and side by side', async () => {
    const store = await openFileStore({ directory: folder.path, durability: 'os' }, memoryFileSystem())
    const put = async (uid: number): Promise<void> => {
      const first = dataSetOf('1.2', 'x'.repeat(uid))
      const batches = [
        [first],
        ...Array.from({ length: uid % 3 }, (_, index) => [Buffer.alloc(1_100_000, index)]),
      ]
      const { location } = await store.put(incoming(batches, { sopInstanceUid: `1.${String(uid)}` }))
      const sent = Buffer.concat(batches.flat())
      expect((await readFile(location)).subarray(-sent.length).equals(sent)).toBe(true)
    }
    for (let uid = 1; uid <= 20; uid += 1) await put(uid)
    await Promise.all([21, 22, 23, 24, 25, 26].map(put))
    await put(27)
    expect(await folder.files()).toHaveLength(27)
    await store.close()
  })
})
