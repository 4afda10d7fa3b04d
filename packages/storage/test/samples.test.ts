import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { parseFileMeta } from '@dcm/dataset'
import { fileStore } from '@dcm/storage'
import { expect, it } from 'vitest'
import { explicitLittleEndian, incoming } from './incoming.ts'
import { temporaryFolder } from './temporary-folder.ts'

const samples = new URL('../../../../shared/dicom-samples/', import.meta.url)
const names = readdirSync(samples).filter((name) => name.endsWith('.dcm'))
const folder = temporaryFolder()

/** Cuts bytes into batches of runs whose lengths follow from the seed. */
function cut(bytes: Uint8Array, seed: number): Uint8Array[][] {
  let state = seed
  const random = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 0x80000000
    return 1 + (state % below)
  }
  const batches: Uint8Array[][] = []
  for (let offset = 0; offset < bytes.length;) {
    const batch: Uint8Array[] = []
    for (let runs = random(2_000); runs > 0 && offset < bytes.length; runs -= 1) {
      const length = random(seed % 2 ? 300 : 40_000)
      batch.push(bytes.subarray(offset, offset + length))
      offset += length
    }
    batches.push(batch)
  }
  return batches
}

it('keeps the data set of every sample byte for byte, under a meta that says what was sent', async () => {
  expect(names.length).toBeGreaterThan(90)
  await using store = await fileStore({ directory: folder.path, durability: 'os' })
  for (const [index, name] of names.entries()) {
    const file = readFileSync(new URL(name, samples))
    const original = parseFileMeta(file)
    const { meta, dataSetOffset } = original.type === 'file-meta' ? original : { meta: {}, dataSetOffset: 0 }
    const dataSet = file.subarray(dataSetOffset)
    const transferSyntaxUid = meta.transferSyntaxUid ?? explicitLittleEndian
    const sopInstanceUid = `1.2.${String(index)}`
    const stored = await store.put(
      incoming(cut(dataSet, index + 1), {
        sopInstanceUid,
        transferSyntaxUid,
        callingAeTitle: 'SCANNER',
        calledAeTitle: 'ARCHIVE',
      }),
    )
    expect(stored.dataSetBytes).toBe(dataSet.length)
    const kept = await readFile(stored.location)
    const result = parseFileMeta(kept)
    expect(result).toMatchObject({
      type: 'file-meta',
      meta: {
        mediaStorageSopClassUid: '1.2.840.10008.5.1.4.1.1.2',
        mediaStorageSopInstanceUid: sopInstanceUid,
        transferSyntaxUid,
        sourceApplicationEntityTitle: 'SCANNER',
        sendingApplicationEntityTitle: 'SCANNER',
        receivingApplicationEntityTitle: 'ARCHIVE',
      },
      dataSetOffset: kept.length - dataSet.length,
    })
    expect(kept.subarray(kept.length - dataSet.length).equals(dataSet), name).toBe(true)
  }
  expect(await folder.files()).toHaveLength(names.length)
})
