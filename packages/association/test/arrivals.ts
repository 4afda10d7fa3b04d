import { encodePDataTf, encodePdu } from '@dcm/pdu'
import { answer, pdv, request } from './conversation.ts'

/** What a peer sends, by a name. */
export const arrivals = {
  'A-ASSOCIATE-RQ': encodePdu(request),
  'A-ASSOCIATE-AC': encodePdu(answer),
  'A-ASSOCIATE-RJ': encodePdu({ type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 1 }),
  'P-DATA-TF': Buffer.concat(encodePDataTf(pdv('hello'))),
  'A-RELEASE-RQ': encodePdu({ type: 'A-RELEASE-RQ' }),
  'A-RELEASE-RP': encodePdu({ type: 'A-RELEASE-RP' }),
  'PDU type 00H': Buffer.from('00000000000400000000', 'hex'),
  'PDU type 08H': Buffer.from('08000000000400000000', 'hex'),
  'PDU type FFH, its first byte alone': Buffer.from('ff', 'hex'),
  'an A-ASSOCIATE-RQ of 2 GiB': Buffer.from('010080000000', 'hex'),
  'an A-ASSOCIATE-RQ of 4 bytes': Buffer.from('01000000000400010000', 'hex'),
  'an A-ASSOCIATE-RQ whose item exceeds it': overlong(encodePdu(request)),
  'a P-DATA-TF without a PDV': Buffer.from('040000000000', 'hex'),
  'an A-RELEASE-RQ of 5 bytes': Buffer.from('0500000000050000000000', 'hex'),
  'an A-ABORT of 5 bytes': Buffer.from('0700000000050000000000', 'hex'),
} as const

export type Arrival = keyof typeof arrivals

/** The user information's length is its third byte from where it begins: one more than there is. */
function overlong(bytes: Uint8Array): Uint8Array {
  const broken = Buffer.from(bytes)
  const at = broken.lastIndexOf(Buffer.from('500000', 'hex'))
  broken.writeUInt8(broken.readUInt8(at + 3) + 1, at + 3)
  return broken
}
