import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileStore } from '@dcm/storage'
import { describe, expect, it } from 'vitest'
import { openFileStore } from '../src/file-store/file-store.ts'
import { dataSetOf, incoming } from './incoming.ts'
import { RecordingFileSystem } from './recording-file-system.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()

/** A source that waits at its end until it is told what to do. */
function stalled(first: Uint8Array) {
  const reached = Promise.withResolvers<undefined>()
  const end = Promise.withResolvers<undefined>()
  let reads = 0
  const dataSet = {
    read: () => {
      reads += 1
      if (reads === 1) return Promise.resolve([first])
      reached.resolve(undefined)
      return end.promise
    },
  }
  return { dataSet, reached: reached.promise, end: end.resolve, fail: end.reject }
}

describe('a transfer', () => {
  it.each([[[]], [[[dataSetOf('1.2')]]], [[[dataSetOf('1.2')], [Buffer.alloc(2_000_000)]]]])(
    'that breaks rejects with its own error and leaves nothing',
    async (batches) => {
      await using store = await fileStore({ directory: folder.path })
      const broken = new Error('connection lost')
      await expect(store.put(incoming(batches, {}, broken))).rejects.toBe(broken)
      expect(await folder.files()).toEqual([])
    },
  )

  it('that breaks leaves an older object as it is', async () => {
    await using store = await fileStore({ directory: folder.path })
    const { location } = await store.put(incoming([[dataSetOf('1.2', 'older')]]))
    await expect(
      store.put(incoming([[dataSetOf('1.2', 'newer')]], {}, new Error('connection lost'))),
    ).rejects.toThrow('connection lost')
    expect((await readFile(location)).includes('older')).toBe(true)
  })

  it('is not visible before it is whole', async () => {
    await using store = await fileStore({ directory: folder.path })
    const source = stalled(dataSetOf('1.2'))
    const put = store.put(incoming([], { dataSet: source.dataSet }))
    await source.reached
    expect((await folder.files()).filter((file) => file.endsWith('.dcm'))).toEqual([])
    source.end(undefined)
    await put
    expect(await folder.files()).toEqual([join('1.2', '1.2.3.dcm')])
  })

  it('that is under way when the store closes is kept, and waited for', async () => {
    const store = await fileStore({ directory: folder.path })
    const source = stalled(dataSetOf('1.2'))
    const put = store.put(incoming([], { dataSet: source.dataSet }))
    await source.reached
    const done: string[] = []
    const closed = store.close().then(() => done.push('closed'))
    await expect(store.put(incoming([[dataSetOf('1.2')]]))).rejects.toMatchObject({
      code: 'DCM_STORAGE_CLOSED',
    })
    source.end(undefined)
    await put.then(() => done.push('kept'))
    await closed
    expect(done).toEqual(['kept', 'closed'])
    expect(await readdir(folder.path)).toEqual(['1.2'])
  })

  it('that is aborted while it waits for its peer rejects with the reason and leaves nothing', async () => {
    await using store = await fileStore({ directory: folder.path })
    const source = stalled(dataSetOf('1.2'))
    const abort = new AbortController()
    const put = store.put(incoming([], { dataSet: source.dataSet, signal: abort.signal }))
    await source.reached
    const reason = new Error('draining')
    abort.abort(reason)
    await expect(put).rejects.toBe(reason)
    source.fail(new Error('later'))
    expect(await folder.files()).toEqual([])
  })

  it('that was aborted before it began leaves nothing; a reason that is no error becomes one', async () => {
    await using store = await fileStore({ directory: folder.path })
    const signal = AbortSignal.abort('a word')
    await expect(store.put(incoming([[dataSetOf('1.2')]], { signal }))).rejects.toMatchObject({
      cause: 'a word',
    })
    expect(await folder.files()).toEqual([])
  })

  it.each([
    ['of no bytes', () => incoming([[dataSetOf('1.2'), null as never]])],
    ['of nothing', () => incoming([], { dataSet: undefined as never })],
    ['with a signal that is none', () => incoming([], { signal: {} as never })],
    ['that is none', () => undefined as never],
  ])('%s rejects, and neither a promise, a file nor a descriptor is left', async (_, object) => {
    const fileSystem = new RecordingFileSystem()
    const store = await openFileStore({ directory: folder.path }, fileSystem)
    await expect(store.put(object())).rejects.toThrow()
    await store.close()
    expect(fileSystem.openDescriptors).toBe(0)
    expect(await readdir(folder.path)).toEqual([])
  })

  it('that is aborted during its last read is not kept', async () => {
    await using store = await fileStore({ directory: folder.path })
    const abort = new AbortController()
    const object = incoming([[dataSetOf('1.2')]], { signal: abort.signal })
    let reads = 0
    const dataSet = {
      read: () => {
        reads += 1
        if (reads === 2)
          queueMicrotask(() => {
            abort.abort()
          })
        return object.dataSet.read()
      },
    }
    await expect(store.put({ ...object, dataSet })).rejects.toMatchObject({ name: 'AbortError' })
    expect(await folder.files()).toEqual([])
  })

  it('that is aborted while the disk writes it is not kept', async () => {
    const fileSystem = new RecordingFileSystem()
    await using store = await openFileStore({ directory: folder.path }, fileSystem)
    const abort = new AbortController()
    const reason = new Error('draining')
    fileSystem.failing = (call) => {
      if (call === 'fsync') abort.abort(reason)
      return undefined
    }
    const object = incoming([[dataSetOf('1.2')]], { signal: abort.signal })
    await expect(store.put(object)).rejects.toBe(reason)
    expect(await folder.files()).toEqual([])
  })
})

describe('the same SOP Instance UID', () => {
  it('again replaces the older object', async () => {
    await using store = await fileStore({ directory: folder.path })
    await store.put(incoming([[dataSetOf('1.2', 'older')]]))
    const { location } = await store.put(incoming([[dataSetOf('1.2', 'newer')]]))
    expect((await readFile(location)).includes('newer')).toBe(true)
    expect(await folder.files()).toHaveLength(1)
  })

  it('many times at once leaves one that is whole', async () => {
    await using store = await fileStore({ directory: folder.path, durability: 'os' })
    const versions = Array.from({ length: 30 }, (_, index) =>
      Buffer.concat([dataSetOf('1.2'), Buffer.alloc(1_000 * (index + 1), index + 1)]),
    )
    const stored = await Promise.all(
      versions.map((bytes) => store.put(incoming([[bytes.subarray(0, 500)], [bytes.subarray(500)]]))),
    )
    const [file, ...others] = await folder.files()
    expect(others).toEqual([])
    const kept = await readFile(join(folder.path, file ?? ''))
    const whole = versions.filter((bytes) => kept.subarray(-bytes.length).equals(bytes))
    expect(whole).toHaveLength(1)
    expect(new Set(stored.map(({ location }) => location)).size).toBe(1)
  })
})

describe('close', () => {
  it('waits for what is under way, takes no more, and leaves no folder for unfinished files', async () => {
    const store = await fileStore({ directory: folder.path })
    const source = stalled(dataSetOf('1.2'))
    const put = store.put(incoming([], { dataSet: source.dataSet }))
    await source.reached
    const closed = store.close()
    await expect(store.put(incoming([[dataSetOf('1.2')]]))).rejects.toMatchObject({
      code: 'DCM_STORAGE_CLOSED',
    })
    source.end(undefined)
    expect((await put).studyInstanceUid).toBe('1.2')
    await closed
    await store.close()
    expect(await folder.files()).toEqual([join('1.2', '1.2.3.dcm')])
  })
})
