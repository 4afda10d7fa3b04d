import { createReadStream } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type DicomJson,
  encodeFileMeta,
  identifier,
  implementationClassUid,
  type Part10File,
  readPart10File,
  textOf,
  valuesOf,
} from '@dcm/dataset'
import {
  dicomJson,
  find,
  get,
  move,
  type MoveDestination,
  type RetrievableInstance,
  type Service,
  StatusError,
  storage,
  verification,
} from '@dcm/scp'

/** The unique key of each level (PS3.4 C.6.1.1, C.6.2.1). */
const uniqueKeys: Readonly<Record<string, string>> = {
  PATIENT: '00100020',
  STUDY: '0020000D',
  SERIES: '0020000E',
  IMAGE: '00080018',
}
/** No keys (PS3.4 C.4.1.1.3): character set, level, retrieve AE title; and an element of file meta that Orthanc puts among them. */
const noKeys = ['00080005', '00080052', '00080054', '00020003']

/**
 * A query/retrieve archive over a folder: what is stored lies there as Part 10 files, and these are what queries are matched against
 * and what is retrieved, as they are.
 */
export class FolderArchive {
  readonly folder: string
  readonly #destinations: ReadonlyMap<string, MoveDestination>

  constructor(folder: string, destinations: ReadonlyMap<string, MoveDestination> = new Map()) {
    this.folder = folder
    this.#destinations = destinations
  }

  get services(): Service[] {
    const handled = {
      codec: dicomJson,
      instances: ({ identifier: keys }: { identifier: DicomJson }) => this.#instances(keys),
    }
    return [
      verification(),
      storage({ store: this }),
      find({
        sopClasses: [
          'PatientRootQueryRetrieveInformationModelFind',
          'StudyRootQueryRetrieveInformationModelFind',
        ],
        codec: dicomJson,
        handler: ({ identifier: keys }) => this.#matches(keys),
      }),
      move({
        ...handled,
        sopClasses: [
          'PatientRootQueryRetrieveInformationModelMove',
          'StudyRootQueryRetrieveInformationModelMove',
        ],
        destination: (aeTitle) => this.#destinations.get(aeTitle),
      }),
      get({
        ...handled,
        sopClasses: [
          'PatientRootQueryRetrieveInformationModelGet',
          'StudyRootQueryRetrieveInformationModelGet',
        ],
      }),
    ]
  }

  async put(instance: {
    readonly sopClassUid: string
    readonly sopInstanceUid: string
    readonly transferSyntaxUid: string
    readonly dataSet: { read(): Promise<readonly Uint8Array[] | undefined> }
  }): Promise<void> {
    await using file = await open(this.#path(instance.sopInstanceUid), 'w')
    await file.writev([
      encodeFileMeta({
        mediaStorageSopClassUid: instance.sopClassUid,
        mediaStorageSopInstanceUid: instance.sopInstanceUid,
        transferSyntaxUid: instance.transferSyntaxUid,
        implementationClassUid,
      }),
    ])
    for (let runs = await instance.dataSet.read(); runs; runs = await instance.dataSet.read()) {
      await file.writev(runs)
    }
  }

  /** The file of an instance, when it is here. */
  async file(sopInstanceUid: string): Promise<Part10File | undefined> {
    return (await this.names()).includes(`${sopInstanceUid}.dcm`)
      ? readPart10(this.#path(sopInstanceUid))
      : undefined
  }

  names(): Promise<string[]> {
    return readdir(this.folder)
  }

  #path(sopInstanceUid: string): string {
    return join(this.folder, `${sopInstanceUid}.dcm`)
  }

  async *#matches(keys: DicomJson): AsyncGenerator<DicomJson> {
    const level = textOf(keys, 'QueryRetrieveLevel') ?? ''
    const uniqueKey = uniqueKeys[level]
    // PS3.4 Table C.4-1
    if (uniqueKey === undefined) throw new StatusError(0xa900, { errorComment: 'no such level' })
    const seen = new Set<string | undefined>()
    for await (const { dataSet } of this.#matching(keys)) {
      const which = textOf(dataSet, uniqueKey)
      if (seen.has(which)) continue
      seen.add(which)
      const asked = Object.entries(keys).map(([tag, { vr }]) => [tag, dataSet[tag] ?? { vr }] as const)
      yield { ...Object.fromEntries(asked), ...identifier({ QueryRetrieveLevel: level }) }
    }
  }

  async *#instances(keys: DicomJson): AsyncGenerator<RetrievableInstance> {
    // PS3.4 C.4.2.1.4
    const unique = Object.entries(keys).filter(([tag]) => Object.values(uniqueKeys).includes(tag))
    if (unique.length === 0) throw new StatusError(0xa900, { errorComment: 'no unique key' })
    for await (const file of this.#matching(Object.fromEntries(unique))) {
      const { path, dataSet, dataSetOffset, transferSyntaxUid } = file
      yield {
        sopClassUid: textOf(dataSet, 'SOPClassUID') ?? '',
        sopInstanceUid: textOf(dataSet, 'SOPInstanceUID') ?? '',
        transferSyntaxUid,
        open: () => createReadStream(path, { start: dataSetOffset }),
      }
    }
  }

  async *#matching(keys: DicomJson): AsyncGenerator<Part10File & { readonly path: string }> {
    for (const name of (await this.names()).sort()) {
      const path = join(this.folder, name)
      const file = await readPart10(path)
      const matches = Object.keys(keys).every((tag) => noKeys.includes(tag) || has(file.dataSet, keys, tag))
      if (matches) yield { path, ...file }
    }
  }
}

async function readPart10(path: string): Promise<Part10File> {
  await using handle = await open(path)
  return await readPart10File(handle)
}

/** Universal, single value, list of UID and wild card matching (PS3.4 C.2.2.2.1 to C.2.2.2.4). */
function has(dataSet: DicomJson, keys: DicomJson, tag: string): boolean {
  const wanted = valuesOf(keys, tag).length > 1 ? valuesOf(keys, tag) : [textOf(keys, tag)]
  const value = textOf(dataSet, tag) ?? ''
  return wanted.some((each) => {
    if (typeof each !== 'string' || each === '') return true
    const pattern = each
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')
    return new RegExp(`^${pattern}$`, 'i').test(value)
  })
}
