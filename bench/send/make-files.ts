import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeDataSet, encodeFileMeta, identifier } from '../../packages/dataset/src/index.ts'

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2'
const transferSyntaxUid = '1.2.840.10008.1.2.1'
const mebibyte = 1_048_576

/** CT images with pixel data of this many bytes each, as Part 10 files. */
export async function makeFiles(folder: string, count: number, pixelBytes: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const sopInstanceUid = `2.25.1000${String(index)}`
    const file = await open(join(folder, `${String(index).padStart(4, '0')}.dcm`), 'w')
    await file.write(head(sopInstanceUid, pixelBytes))
    for (let left = pixelBytes; left > 0; left -= mebibyte) {
      await file.write(noise(sopInstanceUid).subarray(0, Math.min(left, mebibyte)))
    }
    await file.close()
  }
}

function head(sopInstanceUid: string, pixelBytes: number): Uint8Array {
  const meta = encodeFileMeta({
    mediaStorageSopClassUid: ctImageStorage,
    mediaStorageSopInstanceUid: sopInstanceUid,
    transferSyntaxUid,
    implementationClassUid: '2.25.1',
  })
  const elements = identifier({
    SOPClassUID: ctImageStorage,
    SOPInstanceUID: sopInstanceUid,
    PatientID: 'BENCH',
    StudyInstanceUID: '2.25.1',
    SeriesInstanceUID: '2.25.2',
    BitsAllocated: 16,
  })
  const pixelData = Buffer.from('e07f10004f57000000000000', 'hex')
  pixelData.writeUInt32LE(pixelBytes, 8)
  return Buffer.concat([meta, encodeDataSet(elements, { transferSyntaxUid }), pixelData])
}

/** A MiB that differs from file to file. */
function noise(seed: string): Buffer {
  const block = createHash('sha512').update(seed).digest()
  return Buffer.alloc(mebibyte, block)
}
