import { open, readdir } from 'node:fs/promises'
import { readFileMeta } from '@dcm/dataset'

const folder = new URL('../../../../shared/dicom-samples/', import.meta.url)

/** One real DICOM file, as it would be sent. */
export interface Sample {
  readonly name: string
  readonly path: string
  readonly transferSyntaxUid: string
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  /** The bytes behind the file meta. */
  readonly dataSet: Uint8Array
  /** Whether its file meta says all that a sender needs; the rest is made up here. */
  readonly complete: boolean
}

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2'
const implicitVrLittleEndian = '1.2.840.10008.1.2'

export async function readSamples(): Promise<Sample[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.dcm')).sort()
  return Promise.all(names.map(readSample))
}

async function readSample(name: string, index: number): Promise<Sample> {
  const { pathname: path } = new URL(name, folder)
  await using handle = await open(path)
  const bytes = await handle.readFile()
  const result = await readFileMeta(handle)
  const meta = result.type === 'file-meta' ? result.meta : {}
  const { transferSyntaxUid, mediaStorageSopClassUid, mediaStorageSopInstanceUid } = meta
  return {
    name,
    path,
    transferSyntaxUid: transferSyntaxUid || implicitVrLittleEndian,
    sopClassUid: mediaStorageSopClassUid || ctImageStorage,
    // Several samples are one image in several transfer syntaxes, with one UID.
    sopInstanceUid: `2.25.${String(1000 + index)}`,
    dataSet: bytes.subarray(result.type === 'file-meta' ? result.dataSetOffset : 0),
    complete: Boolean(transferSyntaxUid && mediaStorageSopClassUid && mediaStorageSopInstanceUid),
  }
}
