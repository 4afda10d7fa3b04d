import { type PduName, pduTypes } from '../pdu-types.ts'
import { joinBytes, uint32 } from './byte-writer.ts'

/**
 * A whole PDU around its content (PS3.8 9.3.1).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | PDU-type |
 * | 1 | 1 | reserved |
 * | 2 | 4 | PDU-length, of what follows |
 * | 6 | PDU-length | content |
 */
export function encodeFrame(name: PduName, content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0)
  return joinBytes([Uint8Array.of(pduTypes[name], 0), uint32(length, 'PDU-length'), ...content])
}
