import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeFileMeta } from '@dcm/dataset'
import { dataSet } from './data-set.ts'
import { ctImageStorage, implicit } from './served.ts'

/** A folder of small Part 10 files that is gone when it is disposed of. */
export class Part10Folder implements AsyncDisposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async create(): Promise<Part10Folder> {
    return new Part10Folder(await mkdtemp(join(tmpdir(), 'dcm-scu-')))
  }

  /** Adds an instance; its data set is what a header can say, and `filler` bytes of something private. */
  async add(
    name: string,
    options: {
      sopClassUid?: string
      sopInstanceUid?: string
      transferSyntaxUid?: string
      filler?: number
    } = {},
  ): Promise<string> {
    const { sopClassUid = ctImageStorage, sopInstanceUid = `1.2.3.${String(name.length)}.${hash(name)}` } =
      options
    const { transferSyntaxUid = implicit, filler = 0 } = options
    const meta = encodeFileMeta({
      mediaStorageSopClassUid: sopClassUid,
      mediaStorageSopInstanceUid: sopInstanceUid,
      transferSyntaxUid,
      implementationClassUid: '1.2.3',
    })
    const bytes = dataSet({
      0x00080016: sopClassUid,
      0x00080018: sopInstanceUid,
      0x0020000d: '1.2.3',
      ...(filler > 0 && { 0x00291010: 'x'.repeat(filler) }),
    })
    const path = join(this.path, name)
    await writeFile(path, Buffer.concat([meta, bytes]))
    return path
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true })
  }
}

function hash(name: string): string {
  let sum = 0
  for (const character of name) sum = (sum * 31 + character.charCodeAt(0)) % 1_000_000_007
  return String(sum)
}
