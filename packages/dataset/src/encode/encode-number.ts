import type { DicomJsonValue } from '../model/dicom-json.ts'

interface BinaryNumber {
  readonly width: 2 | 4 | 8
  readonly write: 'setFloat64' | 'setFloat32' | 'setInt32' | 'setInt16' | 'setUint32' | 'setUint16'
  /** What an integer may be; none for floating point. */
  readonly range?: readonly [minimum: number, maximum: number]
}

const numbers: Readonly<Record<string, BinaryNumber>> = {
  FD: { width: 8, write: 'setFloat64' },
  FL: { width: 4, write: 'setFloat32' },
  SL: { width: 4, write: 'setInt32', range: [-0x80000000, 0x7fffffff] },
  SS: { width: 2, write: 'setInt16', range: [-0x8000, 0x7fff] },
  UL: { width: 4, write: 'setUint32', range: [0, 0xffffffff] },
  US: { width: 2, write: 'setUint16', range: [0, 0xffff] },
}

/** @throws RangeError when the value is no number of the VR. */
export function encodeNumber(vr: string, value: DicomJsonValue, bigEndian: boolean): Uint8Array {
  if (vr === 'SV' || vr === 'UV') return encode64(vr, value, bigEndian)
  const form = numbers[vr]
  const number = numberOf(value)
  if (!form || number === undefined) throw new RangeError('a value is no number')
  if (form.range && !(Number.isInteger(number) && number >= form.range[0] && number <= form.range[1])) {
    throw new RangeError(
      `a value is no whole number from ${String(form.range[0])} to ${String(form.range[1])}`,
    )
  }
  if (vr === 'FL' && Number.isFinite(number) && !Number.isFinite(Math.fround(number))) {
    throw new RangeError('a value is too large for the VR FL')
  }
  const bytes = new Uint8Array(form.width)
  new DataView(bytes.buffer)[form.write](0, number, !bigEndian)
  return bytes
}

const notFinite: Readonly<Record<string, number>> = {
  NaN: NaN,
  Infinity: Infinity,
  '-Infinity': -Infinity,
  inf: Infinity,
  '-inf': -Infinity,
}

function numberOf(value: DicomJsonValue): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return undefined
  if (Object.hasOwn(notFinite, value)) return notFinite[value]
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined
}

function encode64(vr: 'SV' | 'UV', value: DicomJsonValue, bigEndian: boolean): Uint8Array {
  const integer = wholeNumber(value)
  if (integer === undefined) throw new RangeError('a value is no whole number')
  const wrapped = vr === 'SV' ? BigInt.asIntN(64, integer) : BigInt.asUintN(64, integer)
  if (wrapped !== integer) throw new RangeError(`a value does not fit the VR ${vr}`)
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, integer), !bigEndian)
  return bytes
}

function wholeNumber(value: DicomJsonValue): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined
}
