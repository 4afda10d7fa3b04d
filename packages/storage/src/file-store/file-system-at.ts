import fs from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from './file-error.ts'
import { fileMode, type FileSystem, nodeFileSystem } from './file-system.ts'

/** By `f_type`, statfs(2): ext2 to ext4 and btrfs; tmpfs and ramfs. */
const fileSystems = new Map<number, () => FileSystem>([
  [0xef53, () => localFileSystem],
  [0x9123683e, () => localFileSystem],
  [0x01021994, memoryFileSystem],
  [0x858458f6, memoryFileSystem],
])

/** The quickest way to write where the directory is that does not make anybody wait for a device. */
export async function fileSystemAt(directory: string): Promise<FileSystem> {
  if (process.platform !== 'linux') return nodeFileSystem
  try {
    const { type } = await statfs(directory)
    return fileSystems.get(type)?.() ?? nodeFileSystem
  } catch (error) {
    const parent = dirname(directory)
    // What does not exist yet will be made where the folder above it is.
    return errnoOf(error) === 'ENOENT' && parent !== directory ? fileSystemAt(parent) : nodeFileSystem
  }
}

/**
 * On a local disk closing a written file only gives its descriptor back, in a tenth of the time of a turn of the thread pool. Over a
 * network it writes what is left, and waits for it.
 */
export const localFileSystem: FileSystem = {
  ...nodeFileSystem,
  close: (descriptor) =>
    atOnce(() => {
      fs.closeSync(descriptor)
    }),
}

/** At most so many bytes are copied while everybody else waits: some 200 µs. Beyond, more of the object is usually still arriving. */
const copiedAtOnceBytes = 1_000_000

/** After so many files in a row with no other beside them, the next one is taken to be alone as well. */
const oneByOne = 16

/**
 * In memory nothing waits for a device: names and descriptors change at once, and so does a file's content when it is short and files
 * come one by one. Otherwise the thread pool copies, on the other CPUs.
 */
export function memoryFileSystem(): FileSystem {
  let openFiles = 0
  let filesAlone = 0
  return {
    ...localFileSystem,
    open: (path, flags) =>
      atOnce(() => {
        const descriptor = fs.openSync(path, flags, fileMode)
        openFiles += 1
        if (openFiles > 1) filesAlone = 0
        return descriptor
      }),
    writev: (descriptor, runs) =>
      filesAlone < oneByOne || runs.reduce((bytes, run) => bytes + run.length, 0) > copiedAtOnceBytes
        ? nodeFileSystem.writev(descriptor, runs)
        : atOnce(() => fs.writevSync(descriptor, runs)),
    close: (descriptor) => {
      openFiles -= 1
      filesAlone += 1
      return localFileSystem.close(descriptor)
    },
    rename: (from, to) =>
      atOnce(() => {
        fs.renameSync(from, to)
      }),
  }
}

function atOnce<T>(call: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(call())
  })
}
