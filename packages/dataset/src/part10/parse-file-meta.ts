import { dataSetEncoding } from '../encoding.ts'
import { requireBytes } from '../require-usable.ts'
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
const fields: ReadonlyMap<number, keyof FileMeta> = new Map(
  fileMetaElements.map(({ tag, field }) => [tag, field]),
)

/**
 * The file meta information at the beginning of a Part 10 file (PS3.10 7.1). It ends where group 0002 ends, whatever its group
 * length says or whether it has one: that is often wrong in files from the field. Never throws for what is in a file.
 *
 * @throws UsageError `DCM_DATA_SET_TYPE` for what is no Uint8Array
 */
export function parseFileMeta(bytes: Uint8Array): FileMetaPrefixResult {
  requireBytes(bytes)
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  if (file.length < metaOffset) return { type: 'incomplete' }
  if (file.toString('latin1', preambleBytes, metaOffset) !== prefix) return { type: 'no-prefix' }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const meta: { -readonly [Field in keyof FileMeta]?: string } = {}
  let declaredEnd: number | undefined
  let offset = metaOffset
  for (;;) {
    // Compressed bytes can look like one more element of group 0002; then only the group length tells.
    if (offset === declaredEnd && meta.transferSyntaxUid && dataSetEncoding(meta.transferSyntaxUid).deflated)
      break
    if (offset + 8 > file.length) return { type: 'incomplete' }
    if (view.getUint16(offset, true) !== 0x0002) break
    const tag = 0x00020000 + view.getUint16(offset + 2, true)
    const vr = view.getUint16(offset + 4)
    const isLong = !shortForm.has(vr)
    if (isLong && !mayBeVr(vr)) {
      return { type: 'malformed', reason: `the element ${formatTag(tag)} has no value representation` }
    }
    if (isLong && offset + 12 > file.length) return { type: 'incomplete' }
    const length = isLong ? view.getUint32(offset + 8, true) : view.getUint16(offset + 6, true)
    const start = offset + (isLong ? 12 : 8)
    offset = start + length
    if (offset > file.length) return { type: 'incomplete' }
    const field = fields.get(tag)
    const text = field && valueText(file, start, offset)
    // An empty value says as little as a missing one.
    if (text) meta[field] = text
    if (tag === groupLengthTag && length === 4) declaredEnd = offset + view.getUint32(start, true)
  }
  return { type: 'file-meta', meta, dataSetOffset: offset }
}
