import { UsageError } from '../usage-error.ts'

/** One run out of several, in order. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  setParts(joined, 0, parts)
  return joined
}

/** The parts one behind the other, from `position` on. */
export function setParts(bytes: Uint8Array, position: number, parts: readonly Uint8Array[]): void {
  for (const part of parts) {
    bytes.set(part, position)
    position += part.length
  }
}

export function uint8(value: number, field: string): Uint8Array {
  requireUnsigned(value, 0xff, field)
  return Uint8Array.of(value)
}

/** Big endian, as every field of a PDU (PS3.8 9.3.1). */
export function uint16(value: number, field: string): Uint8Array {
  requireUnsigned(value, 0xffff, field)
  return Uint8Array.of(value >>> 8, value)
}

/** Big endian, as every field of a PDU (PS3.8 9.3.1). */
export function uint32(value: number, field: string): Uint8Array {
  requireUnsigned(value, 0xffffffff, field)
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

/** A field of two length bytes and as many bytes of content. */
export function withLength(content: Uint8Array, field: string): Uint8Array {
  return joinBytes([uint16(content.length, `${field} length`), content])
}

export function requireUnsigned(value: number, maximum: number, field: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= maximum) return value
  throw new UsageError(
    `${field} ${String(value)} does not fit; allowed are 0 to ${String(maximum)}`,
    'DCM_FIELD_RANGE',
  )
}
