import { createReadStream } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { readFileMeta } from '@dcm/dataset'
import type { RetrievableInstance } from '@dcm/scp'

const folder = new URL('../../../../shared/dicom-samples/', import.meta.url)

/** A sample file as an instance to retrieve, and how many bytes its data set has. */
export interface SampleInstance extends RetrievableInstance {
  readonly name: string
  readonly dataSetBytes: number
}

/** The Part 10 files among the samples whose names match, streamed from disk. */
export async function sampleInstances(names: RegExp): Promise<SampleInstance[]> {
  return Promise.all((await matching(names)).map(sampleInstance))
}

/** Where these files are. */
export async function samplePaths(names: RegExp): Promise<string[]> {
  return (await matching(names)).map((name) => new URL(name, folder).pathname)
}

async function matching(names: RegExp): Promise<string[]> {
  return (await readdir(folder)).filter((name) => names.test(name)).sort()
}

async function sampleInstance(name: string): Promise<SampleInstance> {
  const { pathname: path } = new URL(name, folder)
  await using handle = await open(path)
  const [result, { size }] = await Promise.all([readFileMeta(handle), handle.stat()])
  if (result.type !== 'file-meta') throw new Error(`${name} has no file meta`)
  const { mediaStorageSopClassUid, mediaStorageSopInstanceUid, transferSyntaxUid } = result.meta
  return {
    name,
    sopClassUid: mediaStorageSopClassUid ?? '',
    sopInstanceUid: mediaStorageSopInstanceUid ?? '',
    transferSyntaxUid: transferSyntaxUid ?? '',
    dataSetBytes: size - result.dataSetOffset,
    open: () => createReadStream(path, { start: result.dataSetOffset }),
  }
}
