import { dataSetEncoding, HeadReader, tags } from '@dcm/dataset'
import { InstanceError } from './instance-error.ts'

/** No element has it: who looks for it reads to the end. */
const lastTag = 0xffffffff

/** What the data set of a file says while it is read: which instance it is, and that the file is cut. */
export class FileHead {
  readonly #path: string
  readonly #dataSetBytes: number
  readonly #deflated: boolean
  readonly #reader: HeadReader

  constructor(path: string, transferSyntaxUid: string, dataSetBytes: number) {
    this.#path = path
    this.#dataSetBytes = dataSetBytes
    // Lengths inside say nothing about the length of what they are deflated to.
    this.#deflated = dataSetEncoding(transferSyntaxUid).deflated
    const wanted = [tags.SOPClassUID, tags.SOPInstanceUID]
    this.#reader = new HeadReader({ transferSyntaxUid, tags: this.#deflated ? wanted : [...wanted, lastTag] })
  }

  /** The next bytes of the data set. @throws InstanceError `DCM_INSTANCE_CUT` */
  push(bytes: Uint8Array): void {
    this.#reader.push(bytes)
    const { minimumDataSetBytes } = this.#reader
    // An odd one is sent with the NUL that it lacks.
    const sentBytes = this.#dataSetBytes + (this.#dataSetBytes % 2)
    if (this.#deflated || minimumDataSetBytes <= sentBytes) return
    throw new InstanceError(
      'DCM_INSTANCE_CUT',
      `${this.#path} is cut: its data set has ${String(this.#dataSetBytes)} bytes, and an element of it goes on to byte ${String(minimumDataSetBytes)}`,
    )
  }

  /** Of the first bytes; undefined when they do not tell. */
  uid(tag: keyof typeof tags): string | undefined {
    // What is deflated may have to be inflated still.
    if (this.#deflated) this.#reader.end()
    const uid = this.#reader.text(tags[tag])
    return uid === '' ? undefined : uid
  }
}
