import fs from 'node:fs'

/** What a file store needs of the file system. */
export interface FileSystem {
  open(path: string, flags: string): Promise<number>
  /** At the file's current end; may write less than it was given. */
  writev(descriptor: number, runs: readonly Uint8Array[]): Promise<number>
  fsync(descriptor: number): Promise<void>
  close(descriptor: number): Promise<void>
  rename(from: string, to: string): Promise<void>
  unlink(path: string): Promise<void>
  mkdir(path: string): Promise<void>
  /** A folder and all in it, if it is there. */
  rm(path: string): Promise<void>
}

/** For the owner alone, and for reading by its group: objects are patient data. The umask takes away more. */
export const fileMode = 0o640
const folderMode = 0o750

/**
 * Bare descriptors and callbacks cost less per object than `FileHandle`s; all of it runs on the thread pool, so a slow disk stalls
 * nobody else.
 */
export const nodeFileSystem: FileSystem = {
  open: (path, flags) =>
    new Promise((resolve, reject) => {
      fs.open(path, flags, fileMode, (error, descriptor) => {
        if (error) reject(error)
        else resolve(descriptor)
      })
    }),
  writev: (descriptor, runs) =>
    new Promise((resolve, reject) => {
      fs.writev(descriptor, runs, (error, written) => {
        if (error) reject(error)
        else resolve(written)
      })
    }),
  fsync: (descriptor) =>
    settled((done) => {
      fs.fsync(descriptor, done)
    }),
  close: (descriptor) =>
    settled((done) => {
      fs.close(descriptor, done)
    }),
  rename: (from, to) =>
    settled((done) => {
      fs.rename(from, to, done)
    }),
  unlink: (path) =>
    settled((done) => {
      fs.unlink(path, done)
    }),
  mkdir: (path) =>
    settled((done) => {
      fs.mkdir(path, folderMode, done)
    }),
  rm: (path) =>
    settled((done) => {
      fs.rm(path, { recursive: true, force: true }, done)
    }),
}

function settled(start: (done: (error: Error | null | undefined) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}
