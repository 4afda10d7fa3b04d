import { join, sep } from 'node:path'
import { expect, it } from 'vitest'
import type { FileSystem } from '../src/file-store/file-system.ts'
import { IncomingFile } from '../src/file-store/incoming-file.ts'
import { StudyFolders } from '../src/file-store/study-folders.ts'

const directory = join(sep, 'store')

/** Where everything works, and nothing is kept but which folders were synced. */
function everywhere() {
  const synced: string[] = []
  const paths: string[] = []
  const fileSystem: FileSystem = {
    open: (path) => Promise.resolve(paths.push(path) - 1),
    writev: () => Promise.resolve(0),
    fsync: (descriptor) => {
      synced.push(paths[descriptor] ?? '')
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
    rename: () => Promise.resolve(),
    unlink: () => Promise.resolve(),
    mkdir: () => Promise.resolve(),
    rm: () => Promise.resolve(),
  }
  const studies = new StudyFolders(fileSystem, directory, { durable: true })
  const publish = async (study: string) => {
    synced.length = 0
    await studies.publish(await IncomingFile.create(fileSystem, 'file'), study, '1.dcm')
    return [...synced]
  }
  return publish
}

it('syncs the directory once for each folder, and remembers ten thousand of those', async () => {
  const publish = everywhere()
  const folder = join(directory, '1.0')
  expect(await publish('1.0')).toEqual([folder, directory])
  expect(await publish('1.0')).toEqual([folder])
  for (let study = 1; study < 10_000; study++) await publish(`1.${String(study)}`)
  expect(await publish('1.0')).toEqual([folder])
  await publish('1.10000')
  expect(await publish('1.0')).toEqual([folder, directory])
})
