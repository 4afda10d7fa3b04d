import { decodeAbort } from './abort.ts'
import { decodeAssociateAc } from './associate-ac.ts'
import { decodeAssociateRj } from './associate-rj.ts'
import { decodeAssociateRq } from './associate-rq.ts'
import type { ControlPdu } from './pdu.ts'
import { pduTypes } from './pdu-types.ts'
import { decodeReleaseRp } from './release-rp.ts'
import { decodeReleaseRq } from './release-rq.ts'
import { ByteReader } from './wire/byte-reader.ts'

/**
 * A PDU from its body, all behind the PDU header. Nothing of the result refers to `body`.
 * `byteOffset` is where the body begins in the stream.
 */
export function decodeControlPdu(
  name: ControlPdu['type'],
  body: Uint8Array,
  byteOffset: number,
  maximumItems: number,
): ControlPdu {
  const { buffer, byteOffset: begin, byteLength } = body
  const pdu = {
    pduType: pduTypes[name],
    body: Buffer.from(buffer, begin, byteLength),
    numbers: new DataView(buffer, begin, byteLength),
    bodyOffset: byteOffset,
    maximumItems,
    items: 0,
  }
  const reader = new ByteReader(pdu, name)
  switch (name) {
    case 'A-ASSOCIATE-RQ':
      return decodeAssociateRq(reader)
    case 'A-ASSOCIATE-AC':
      return decodeAssociateAc(reader)
    case 'A-ASSOCIATE-RJ':
      return decodeAssociateRj(reader)
    case 'A-RELEASE-RQ':
      return decodeReleaseRq()
    case 'A-RELEASE-RP':
      return decodeReleaseRp()
    case 'A-ABORT':
      return decodeAbort(reader)
  }
}
