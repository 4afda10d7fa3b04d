import type { CharacterSet } from '../charset/character-set.ts'
import type { VrKind } from '../elements/vr-kinds.ts'
import type { DicomJsonValue, PersonName } from '../model/dicom-json.ts'
import { jsonTag } from '../model/dicom-json.ts'
import { decodeNumber } from './decode-number.ts'

export interface EncodedValue {
  readonly vr: string
  readonly kind: VrKind
  readonly bytes: Buffer
  readonly bigEndian: boolean
  readonly characterSet: CharacterSet
}

/** The values of an element that is neither binary nor a sequence; undefined when its length cannot be one of its VR. */
export function decodeValues(value: EncodedValue): DicomJsonValue[] | undefined {
  const { vr, kind, bytes, bigEndian } = value
  switch (kind.type) {
    case 'number':
      return decodeNumbers(bytes, kind.width ?? 1, (offset) => decodeNumber(vr, bytes, offset, bigEndian))
    case 'tag':
      return decodeNumbers(bytes, 4, (offset) => {
        const u16 = (at: number) => (bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at))
        return jsonTag(u16(offset) * 0x10000 + u16(offset + 2))
      })
    default:
      return decodeTexts(value)
  }
}

function decodeNumbers(
  bytes: Buffer,
  width: number,
  decode: (offset: number) => DicomJsonValue,
): DicomJsonValue[] | undefined {
  if (bytes.length % width !== 0) return undefined
  return Array.from({ length: bytes.length / width }, (_, index) => decode(index * width))
}

function decodeTexts({ vr, kind, bytes, characterSet }: EncodedValue): DicomJsonValue[] {
  const delimiters = kind.multiple ? (kind.type === 'name' ? '\\^=' : '\\') : ''
  const text = kind.extended ? characterSet.decode(bytes, delimiters) : bytes.toString('latin1')
  if (withoutPadding(text) === '') return []
  return (kind.multiple ? text.split('\\') : [text]).map((each) => {
    const trimmed = kind.trimStart ? withoutPadding(each).trimStart() : withoutPadding(each)
    if (trimmed === '') return null
    if (kind.type === 'name') return personName(trimmed)
    return kind.type === 'decimal' ? decimal(vr, trimmed.trimStart()) : trimmed
  })
}

/** PS3.5 6.2: spaces at the end mean nothing, nor does NUL (9.4 for UIDs, and senders mix them up). */
function withoutPadding(text: string): string {
  let end = text.length
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\0')) end -= 1
  return text.slice(0, end)
}

function withoutEmptyComponents(group: string): string {
  let end = group.length
  while (end > 0 && (group[end - 1] === '^' || group[end - 1] === ' ')) end -= 1
  return group.slice(0, end)
}

/** DS and IS are numbers or strings (PS3.18 F.2.3): strings where they are no numbers, as ranges in queries, or for IS none of 32 bits (PS3.5 6.2). */
function decimal(vr: string, text: string): number | string {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return text
  const number = Number(text)
  if (vr === 'IS' ? (number | 0) !== number : !Number.isFinite(number)) return text
  // PS3.18 F.2.3: what a number would not keep, as a DS of sixteen digits.
  if (significantDigits(text) > 15 || (number === 0 && significantDigits(text) > 0)) return text
  // JSON knows no -0.
  return number === 0 ? 0 : number
}

/** A number keeps fifteen of them, whatever they are. */
function significantDigits(text: string): number {
  return text
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '').length
}

/** PS3.5 6.2.1: empty components at the end are as if they were not there. More than three groups are no name; what is behind them stays in the third. */
export function personName(text: string): PersonName | null {
  const [alphabetic, ideographic, ...phonetic] = text.split('=').map(withoutEmptyComponents)
  const name: PersonName = {}
  if (alphabetic) name.Alphabetic = alphabetic
  if (ideographic) name.Ideographic = ideographic
  if (phonetic.some(Boolean)) name.Phonetic = phonetic.join('=')
  return Object.keys(name).length > 0 ? name : null
}
