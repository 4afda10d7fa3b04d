import { open, readdir } from 'node:fs/promises'
import { type PartialFileMeta, readFileMeta } from '@dcm/dataset'

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
  const meta: PartialFileMeta = result.type === 'file-meta' ? result.meta : {}
  const { transferSyntaxUid = '', mediaStorageSopClassUid = '' } = meta
  return {
    name,
    path,
    transferSyntaxUid: transferSyntaxUid === '' ? implicitVrLittleEndian : transferSyntaxUid,
    sopClassUid: mediaStorageSopClassUid === '' ? ctImageStorage : mediaStorageSopClassUid,
    // Several samples are one image in several transfer syntaxes, with one UID.
    sopInstanceUid: `2.25.${String(1000 + index)}`,
    dataSet: bytes.subarray(result.type === 'file-meta' ? result.dataSetOffset : 0),
  }
}
