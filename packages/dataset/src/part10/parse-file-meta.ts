import { dataSetEncoding } from '../encoding.ts'
import { mayBeVr, shortForm } from '../value-representation.ts'
import { formatTag } from '../tags.ts'
import { valueText } from '../value-text.ts'
import {
  type FileMeta,
  fileMetaElements,
  metaOffset,
  type PartialFileMeta,
  preambleBytes,
  prefix,
} from './file-meta.ts'

/** What the beginning of a file turned out to be. */
export type FileMetaResult =
  | {
      readonly type: 'file-meta'
      readonly meta: PartialFileMeta
      /** Where the data set begins in the file. */
      readonly dataSetOffset: number
    }
  /** No `DICM` behind a preamble: a data set alone, perhaps, or no DICOM at all. */
  | { readonly type: 'no-prefix' }
  | { readonly type: 'malformed'; readonly reason: string }

/** {@link FileMetaResult}, or the bytes end before the file meta does. */
export type FileMetaPrefixResult = FileMetaResult | { readonly type: 'incomplete' }

const groupLengthTag = 0x00020000

/**
 * The file meta information at the beginning of a Part 10 file (PS3.10 7.1). It ends where group 0002 ends, whatever its group
 * length says or whether it has one: that is often wrong in files from the field. Never throws.
 */
export function parseFileMeta(bytes: Uint8Array): FileMetaPrefixResult {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (file.length < metaOffset) return { type: 'incomplete' }
  if (!file.subarray(preambleBytes, metaOffset).equals(prefix)) return { type: 'no-prefix' }
  const meta: { -readonly [Field in keyof FileMeta]?: string } = {}
  let declaredEnd: number | undefined
  let offset = metaOffset
  for (;;) {
    if (offset === declaredEnd && isDeflated(meta)) break
    if (offset + 8 > file.length) return { type: 'incomplete' }
    if (file.readUInt16LE(offset) !== 0x0002) break
    const tag = 0x00020000 + file.readUInt16LE(offset + 2)
    const vr = file.readUInt16BE(offset + 4)
    const isLong = !shortForm.has(vr)
    if (isLong && !mayBeVr(vr)) {
      return { type: 'malformed', reason: `the element ${formatTag(tag)} has no value representation` }
    }
    if (isLong && offset + 12 > file.length) return { type: 'incomplete' }
    const length = isLong ? file.readUInt32LE(offset + 8) : file.readUInt16LE(offset + 6)
    const start = offset + (isLong ? 12 : 8)
    offset = start + length
    if (offset > file.length) return { type: 'incomplete' }
    const element = fileMetaElements.find((each) => each.tag === tag)
    const text = element && valueText(file.subarray(start, offset))
    // An empty value says as little as a missing one.
    if (text) meta[element.field] = text
    if (tag === groupLengthTag && length === 4) declaredEnd = offset + file.readUInt32LE(start)
  }
  return { type: 'file-meta', meta, dataSetOffset: offset }
}

/** Compressed bytes can look like one more element of group 0002; then only the group length tells. */
function isDeflated({ transferSyntaxUid }: PartialFileMeta): boolean {
  return transferSyntaxUid !== undefined && dataSetEncoding(transferSyntaxUid).deflated
}
