import { resolve } from 'node:path'
import {
  encodeFileMeta,
  HeadReader,
  implementationClassUid,
  implementationVersionName,
  tags,
  UsageError,
} from '@dcm/dataset'
import type { IncomingObject, ObjectStore, StoredObject } from '../object-store.ts'
import { StorageError } from '../storage-error.ts'
import { fileError } from './file-error.ts'
import { fileName, noStudyFolder } from './file-name.ts'
import { fileSystemAt } from './file-system-at.ts'
import type { FileSystem } from './file-system.ts'
import type { IncomingFile } from './incoming-file.ts'
import { IncomingFolder, leftoverAgeMs } from './incoming-folder.ts'
import { StudyFolders } from './study-folders.ts'
import { WantedRuns } from './wanted-runs.ts'

export interface FileStoreOptions {
  /** Made if missing. Several stores, and several processes, may share one. */
  readonly directory: string
  /**
   * When an object counts as kept: `fsync`, the default, when file and folder are on disk, so that it survives a power failure;
   * `os`, when the operating system has it, so that it survives a crash of the process only.
   */
  readonly durability?: 'fsync' | 'os'
  /** Who writes the files, in their file meta (PS3.10 7.1). Default: this implementation. */
  readonly implementationClassUid?: string
  readonly implementationVersionName?: string
}

/**
 * A store of Part 10 files, `<directory>/<StudyInstanceUID>/<SOPInstanceUID>.dcm`. An object that comes again replaces the older one
 * in one step; of several at once the last to be whole stays.
 */
export interface FileStore extends ObjectStore, AsyncDisposable {
  /** Absolute. */
  readonly directory: string
  /** Takes no more objects, and resolves when those under way are kept or gone. */
  close(): Promise<void>
}

/**
 * Opens a store of files, and removes what crashed runs left unfinished in it.
 *
 * @throws StorageError when the directory cannot be made or written; UsageError for options that cannot be.
 */
export async function fileStore(options: FileStoreOptions): Promise<FileStore> {
  requireUsable(options)
  return openFileStore(options, await fileSystemAt(resolve(options.directory)))
}

/** From JavaScript, or from a file of settings: no directory would be the one that the process was started in. */
function requireUsable(options: FileStoreOptions): void {
  const { directory, durability, ...names } = Object(options) as Partial<
    Record<keyof FileStoreOptions, unknown>
  >
  if (typeof directory !== 'string' || directory === '') {
    throw new UsageError(`fileStore() needs a directory, as text`, 'DCM_OPTION')
  }
  const { implementationClassUid: uid, implementationVersionName: name } = names
  // Each object would be refused for it.
  if ([uid, name].some((text) => text !== undefined && typeof text !== 'string')) {
    throw new UsageError('implementationClassUid and implementationVersionName are text', 'DCM_OPTION')
  }
  if (durability === undefined || durability === 'fsync' || durability === 'os') return
  throw new UsageError(`durability is ${JSON.stringify(durability)}; fsync and os are allowed`, 'DCM_OPTION')
}

/** {@link fileStore} on a file system of the caller's. */
export async function openFileStore(options: FileStoreOptions, fileSystem: FileSystem): Promise<FileStore> {
  const directory = resolve(options.directory)
  const durable = options.durability !== 'os'
  const incoming = new IncomingFolder(fileSystem, directory)
  const studies = new StudyFolders(fileSystem, directory, { durable })
  await storing('opening the store', async () => {
    await studies.make()
    await incoming.make()
    await incoming.sweep(Date.now())
  })
  return new PartTenFileStore({ options, directory, durable, incoming, studies })
}

interface FileStoreParts {
  readonly options: FileStoreOptions
  readonly directory: string
  readonly durable: boolean
  readonly incoming: IncomingFolder
  readonly studies: StudyFolders
}

class PartTenFileStore implements FileStore {
  readonly directory: string
  readonly #parts: FileStoreParts
  readonly #underWay = new Set<Promise<StoredObject>>()
  readonly #secondSweep: NodeJS.Timeout
  #closed = false

  constructor(parts: FileStoreParts) {
    this.directory = parts.directory
    this.#parts = parts
    // By then, everything that was there at the start and is nobody's has come of age.
    this.#secondSweep = setTimeout(() => {
      parts.incoming.sweep(Date.now()).catch(() => undefined)
    }, leftoverAgeMs)
    this.#secondSweep.unref()
  }

  async put(object: IncomingObject): Promise<StoredObject> {
    if (this.#closed) throw new StorageError('the store is closed', { code: 'DCM_STORAGE_CLOSED' })
    const putting = this.#receive(object)
    this.#underWay.add(putting)
    try {
      return await putting
    } finally {
      this.#underWay.delete(putting)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#secondSweep)
    await Promise.allSettled(this.#underWay)
    await this.#parts.incoming.remove()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #receive(object: IncomingObject): Promise<StoredObject> {
    requireSource(object)
    const wanted = new WantedRuns(object)
    const opening = storing('creating a file', () => this.#parts.incoming.createFile())
    try {
      return await this.#keep(object, wanted, opening)
    } catch (error) {
      await opening.then(
        (file) => file.discard(),
        () => undefined,
      )
      throw error
    } finally {
      wanted.end()
    }
  }

  async #keep(
    object: IncomingObject,
    wanted: WantedRuns,
    opening: Promise<IncomingFile>,
  ): Promise<StoredObject> {
    const { transferSyntaxUid, sopInstanceUid } = object
    // While the file is being opened, the first bytes arrive and the header is made.
    let header = [this.#fileMeta(object)]
    const head = new HeadReader({ transferSyntaxUid, tags: [tags.StudyInstanceUID, tags.SeriesInstanceUID] })
    const [file, first] = await Promise.all([opening, wanted.next()])
    let dataSetBytes = 0
    for (let runs = first; runs; runs = await wanted.next()) {
      const gathered = [...header, ...runs]
      const writing = storing('writing a file', () => file.write(gathered))
      header = []
      try {
        for (const run of runs) {
          head.push(run)
          dataSetBytes += run.length
        }
      } finally {
        // Also of runs that are no bytes: the file is not to be closed under it.
        await writing
      }
      wanted.recycle(runs)
    }
    // Only when the data set was empty.
    if (header.length > 0) await storing('writing a file', () => file.write(header))
    head.end()
    if (this.#parts.durable) await storing('syncing a file', () => this.#parts.studies.sync(file))
    await storing('closing a file', () => file.close())
    wanted.throwIfAborted()
    const studyInstanceUid = head.text(tags.StudyInstanceUID)
    const seriesInstanceUid = head.text(tags.SeriesInstanceUID)
    const location = await storing('naming a file', () =>
      this.#parts.studies.publish(
        file,
        studyInstanceUid ? fileName(studyInstanceUid) : noStudyFolder,
        `${fileName(sopInstanceUid)}.dcm`,
      ),
    )
    return {
      sopInstanceUid,
      ...(studyInstanceUid ? { studyInstanceUid } : {}),
      ...(seriesInstanceUid ? { seriesInstanceUid } : {}),
      dataSetBytes,
      location,
    }
  }

  #fileMeta(object: IncomingObject): Uint8Array {
    const { options } = this.#parts
    const { callingAeTitle, calledAeTitle } = object
    try {
      return encodeFileMeta({
        mediaStorageSopClassUid: object.sopClassUid,
        mediaStorageSopInstanceUid: object.sopInstanceUid,
        transferSyntaxUid: object.transferSyntaxUid,
        implementationClassUid: options.implementationClassUid ?? implementationClassUid,
        implementationVersionName: options.implementationVersionName ?? implementationVersionName,
        ...(callingAeTitle === undefined
          ? {}
          : { sourceApplicationEntityTitle: callingAeTitle, sendingApplicationEntityTitle: callingAeTitle }),
        ...(calledAeTitle === undefined ? {} : { receivingApplicationEntityTitle: calledAeTitle }),
      })
    } catch (error) {
      throw new StorageError('what identifies the object cannot be written to a file meta', {
        code: 'DCM_STORAGE_INVALID',
        cause: error,
      })
    }
  }
}

/** From JavaScript: the bytes themselves, for example. */
function requireSource(object: IncomingObject): void {
  const { dataSet } = Object(object) as Partial<IncomingObject>
  const { read } = Object(dataSet) as Partial<IncomingObject['dataSet']>
  if (typeof read === 'function') return
  throw new UsageError(
    'put() needs an object whose dataSet has a read(), which resolves with an array of Uint8Array, and with undefined at the end',
    'DCM_DATA_SET_TYPE',
  )
}

/** Whatever goes wrong in there is the store's fault. */
async function storing<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw fileError(doing, error)
  }
}
