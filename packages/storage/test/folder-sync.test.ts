import { expect, it } from 'vitest'
import type { FileSystem } from '../src/file-store/file-system.ts'
import { FolderSync } from '../src/file-store/folder-sync.ts'

/** A file system whose syncs end when told to. */
function manualSyncs() {
  const started: PromiseWithResolvers<undefined>[] = []
  const unused = () => Promise.reject(new Error('not part of a folder sync'))
  const fileSystem: FileSystem = {
    open: () => Promise.resolve(3),
    close: () => Promise.resolve(),
    fsync: async () => {
      const sync = Promise.withResolvers<undefined>()
      started.push(sync)
      await sync.promise
    },
    writev: unused,
    rename: unused,
    unlink: unused,
    mkdir: unused,
    rm: unused,
  }
  return { fileSystem, started }
}

/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

it('those who ask while a folder is synced share the sync after it', async () => {
  const { fileSystem, started } = manualSyncs()
  const folders = new FolderSync(fileSystem)
  const settled: string[] = []
  const ask = (name: string) =>
    folders.sync('folder').then(
      () => settled.push(name),
      () => settled.push(`${name} failed`),
    )
  const asked = [ask('first'), ask('second'), ask('third')]
  await settle()
  expect(started).toHaveLength(1)
  started[0]?.reject(new Error('EIO'))
  await settle()
  expect(settled).toEqual(['first failed'])
  expect(started).toHaveLength(2)
  asked.push(ask('fourth'))
  started[1]?.resolve(undefined)
  await settle()
  expect(settled).toEqual(['first failed', 'second', 'third'])
  expect(started).toHaveLength(3)
  started[2]?.resolve(undefined)
  await Promise.all(asked)
  await Promise.all([folders.sync('folder'), settle().then(() => started[3]?.resolve(undefined))])
})

it('different folders do not wait for each other', async () => {
  const { fileSystem, started } = manualSyncs()
  const folders = new FolderSync(fileSystem)
  const both = Promise.all([folders.sync('one'), folders.sync('other')])
  await settle()
  expect(started).toHaveLength(2)
  for (const sync of started) sync.resolve(undefined)
  await both
})
