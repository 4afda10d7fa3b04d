/** How the bytes below are written. */
export interface Notation {
  readonly explicitVr: boolean
  readonly bigEndian: boolean
}

export const implicitLittle: Notation = { explicitVr: false, bigEndian: false }
export const explicitLittle: Notation = { explicitVr: true, bigEndian: false }
export const explicitBig: Notation = { explicitVr: true, bigEndian: true }

const longForm = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'UN', 'UT'])
const undefinedLength = 0xffffffff

/** One element; a string value is padded to even length with NUL. */
export function element(
  notation: Notation,
  tag: number,
  vr: string,
  value: string | Uint8Array,
  length?: number,
): Buffer {
  const text =
    typeof value === 'string' ? Buffer.from(value + (value.length % 2 ? '\0' : ''), 'latin1') : value
  return Buffer.concat([header(notation, tag, vr, length ?? text.length), text])
}

/** A sequence or item of undefined length around what it holds, with its delimiter. */
export function undefinedSequence(notation: Notation, tag: number, vr: string, ...items: Buffer[]): Buffer {
  return Buffer.concat([
    header(notation, tag, vr, undefinedLength),
    ...items,
    itemHeader(notation, 0xfffee0dd, 0),
  ])
}
export function undefinedItem(notation: Notation, ...elements: Buffer[]): Buffer {
  return Buffer.concat([
    itemHeader(notation, 0xfffee000, undefinedLength),
    ...elements,
    itemHeader(notation, 0xfffee00d, 0),
  ])
}
export function definedItem(notation: Notation, ...elements: Buffer[]): Buffer {
  const content = Buffer.concat(elements)
  return Buffer.concat([itemHeader(notation, 0xfffee000, content.length), content])
}

function header(notation: Notation, tag: number, vr: string, length: number): Buffer {
  if (!notation.explicitVr) return itemHeader(notation, tag, length)
  const start = itemHeader(notation, tag, 0).subarray(0, 4)
  const name = Buffer.from(vr, 'latin1')
  if (longForm.has(vr)) return Buffer.concat([start, name, Buffer.alloc(2), number(notation, length, 4)])
  return Buffer.concat([start, name, number(notation, length, 2)])
}

function itemHeader(notation: Notation, tag: number, length: number): Buffer {
  return Buffer.concat([
    number(notation, Math.floor(tag / 0x10000), 2),
    number(notation, tag % 0x10000, 2),
    number(notation, length, 4),
  ])
}

function number({ bigEndian }: Notation, value: number, width: number): Buffer {
  const bytes = Buffer.alloc(width)
  if (bigEndian) bytes.writeUIntBE(value, 0, width)
  else bytes.writeUIntLE(value, 0, width)
  return bytes
}
