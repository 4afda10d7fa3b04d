import { type CharacterSet } from '../charset/character-set.ts'
import { swapWords } from '../decode/swap-words.ts'
import type { VrKind } from '../elements/vr-kinds.ts'
import { type DicomJsonValue, isPersonName } from '../model/dicom-json.ts'
import { encodeNumber } from './encode-number.ts'

export interface ValueToEncode {
  readonly vr: string
  readonly kind: VrKind
  readonly bigEndian: boolean
  readonly characterSet: CharacterSet
}

/**
 * The bytes of an InlineBinary, in the byte order asked.
 *
 * @throws RangeError when it is no base64
 */
export function encodeBinary(
  base64: string,
  { kind, bigEndian }: Pick<ValueToEncode, 'kind' | 'bigEndian'>,
): Uint8Array {
  const bytes = Buffer.from(base64, 'base64')
  // Node passes over what is none, and stops at an end within.
  if (bytes.length !== Buffer.byteLength(base64, 'base64'))
    throw new RangeError('its InlineBinary is no base64')
  return bigEndian ? swapWords(bytes, kind.width ?? 1) : bytes
}

/**
 * The bytes of the values of an element, padding not included.
 *
 * @throws RangeError that says why a value is none of its VR; without the value, which may be a patient's.
 */
export function encodeValues(values: readonly DicomJsonValue[], element: ValueToEncode): Uint8Array {
  const { vr, kind, bigEndian, characterSet } = element
  if (values.length === 0) return new Uint8Array()
  switch (kind.type) {
    case 'number':
      return Buffer.concat(values.map((value) => encodeNumber(vr, value, bigEndian)))
    case 'tag':
      return Buffer.concat(values.map((value) => encodeTag(value, bigEndian)))
    case 'binary':
    case 'sequence':
      throw new RangeError(`the VR ${vr} has no such values`)
  }
  if (!kind.multiple && values.length > 1) throw new RangeError(`the VR ${vr} has one value at most`)
  const text = values.map((value) => textOf(value, element)).join('\\')
  if (!kind.extended) return ascii(text)
  const encoded = characterSet.encode(text, kind.multiple ? (kind.type === 'name' ? '\\^=' : '\\') : '')
  if (!encoded) {
    throw new RangeError(
      `a character is not in the character set ${characterSet.terms.join('\\') || 'ISO_IR 6'}`,
    )
  }
  return encoded
}

function textOf(value: DicomJsonValue, { vr, kind }: ValueToEncode): string {
  if (value === null) return ''
  const text =
    kind.type === 'name' ? nameText(value) : kind.type === 'decimal' ? decimalText(vr, value) : value
  if (typeof text !== 'string') throw new RangeError(`a value is not a string`)
  if (kind.multiple && text.includes('\\')) throw new RangeError('a value contains a backslash')
  return text
}

function nameText(value: DicomJsonValue): unknown {
  if (value === null || typeof value === 'string') return value
  if (!isPersonName(value)) return Object.keys(value).length === 0 ? '' : undefined
  const groups = [value.Alphabetic ?? '', value.Ideographic ?? '', value.Phonetic ?? '']
  return groups.every((group) => typeof group === 'string') ? groups.join('=').replace(/=+$/, '') : undefined
}

/** DS is 16 characters at most (PS3.5 6.2). */
const maximumDecimalLength = 16

function decimalText(vr: string, value: DicomJsonValue): unknown {
  if (typeof value !== 'number') return value
  if (vr === 'IS') {
    // PS3.5 6.2: 32 bits, signed.
    if ((value | 0) !== value) throw new RangeError('a value is no whole number of 32 bits')
    return String(value)
  }
  if (!Number.isFinite(value)) throw new RangeError('a value is no finite number')
  return shortDecimal(value)
}

/** The number with as many digits as there is room for, in the form that has more. */
function shortDecimal(value: number): string {
  for (let digits = 17; digits > 1; digits -= 1) {
    const rounded = Number(value.toPrecision(digits))
    const text = [String(rounded), rounded.toExponential()].find(
      (each) => each.length <= maximumDecimalLength,
    )
    // The largest numbers are no longer finite when rounded up.
    if (text !== undefined && Number.isFinite(rounded)) return text
  }
  return value.toExponential(0)
}

function ascii(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'latin1')
  if (bytes.toString('latin1') !== text)
    throw new RangeError('a value has characters that its VR does not allow')
  return bytes
}

function encodeTag(value: DicomJsonValue, bigEndian: boolean): Uint8Array {
  if (typeof value !== 'string' || !/^[0-9A-Fa-f]{8}$/.test(value)) throw new RangeError('a value is no tag')
  const groupFirst = Buffer.from(value, 'hex')
  return bigEndian ? groupFirst : groupFirst.swap16()
}
