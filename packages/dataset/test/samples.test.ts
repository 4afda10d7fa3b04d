import { inflateRawSync } from 'node:zlib'
import { dataSetEncoding, HeadReader, parseFileMeta, tags } from '@dcm/dataset'
import { describe, expect, it } from 'vitest'
import { samples } from './samples.ts'

/** The files that are a data set alone, and how that is written. */
const bareTransferSyntaxes = new Map([
  ['ExplVR_LitEndNoMeta.dcm', '1.2.840.10008.1.2.1'],
  ['no_meta.dcm', '1.2.840.10008.1.2.1'],
  ['rtstruct.dcm', '1.2.840.10008.1.2'],
])
/** A stray byte stands before its first element. */
const unreadable = 'no_meta.dcm'
/** Its meta names none; its data set is implicit. */
const defaultTransferSyntax = '1.2.840.10008.1.2'

/** The first UI of the Study Instance UID's tag, found without understanding what is around it. */
function searchStudyInstanceUid(transferSyntaxUid: string, bytes: Buffer): string | undefined {
  const { deflated, explicitVr, bigEndian } = dataSetEncoding(transferSyntaxUid)
  const plain = deflated ? inflateRawSync(bytes) : bytes
  const tag = bigEndian ? [0x00, 0x20, 0x00, 0x0d] : [0x20, 0x00, 0x0d, 0x00]
  const found = plain.indexOf(Buffer.from([...tag, ...(explicitVr ? Buffer.from('UI') : [])]))
  if (found < 0) return undefined
  const length = bigEndian ? plain.readUInt16BE(found + 6) : plain.readUInt16LE(found + (explicitVr ? 6 : 4))
  return plain.toString('latin1', found + 8, found + 8 + length).replace(/\0$/, '')
}

describe('the samples', () => {
  it('are all there', () => {
    expect(samples).toHaveLength(95)
  })

  it.each(samples)('$name: where its data set begins, and its study', ({ name, bytes }) => {
    const result = parseFileMeta(bytes)
    const bare = bareTransferSyntaxes.get(name)
    expect(result.type).toBe(bare === undefined ? 'file-meta' : 'no-prefix')
    const { meta, dataSetOffset } = result.type === 'file-meta' ? result : { meta: {}, dataSetOffset: 0 }
    const transferSyntaxUid = meta.transferSyntaxUid ?? bare ?? defaultTransferSyntax
    const dataSet = bytes.subarray(dataSetOffset)

    for (const chunkBytes of [1_024, 13]) {
      const head = new HeadReader({ transferSyntaxUid, tags: [tags.StudyInstanceUID] })
      for (let offset = 0; offset < dataSet.length && head.state === 'reading'; offset += chunkBytes) {
        head.push(dataSet.subarray(offset, offset + chunkBytes))
      }
      head.end()
      expect(head.state).toBe(name === unreadable ? 'failed' : 'done')
      if (name === unreadable) continue
      expect(head.text(tags.StudyInstanceUID)).toBe(searchStudyInstanceUid(transferSyntaxUid, dataSet))
    }
  })
})
