import { encodeAbort } from './abort.ts'
import { encodeAssociateAc } from './associate-ac.ts'
import { encodeAssociateRj } from './associate-rj.ts'
import { encodeAssociateRq } from './associate-rq.ts'
import type { ControlPdu } from './pdu.ts'
import { UsageError } from './usage-error.ts'
import { encodeReleaseRp } from './release-rp.ts'
import { encodeReleaseRq } from './release-rq.ts'

/**
 * The bytes of a PDU, reserved fields zero. The result is new and the caller's.
 *
 * @throws UsageError for a value that the standard does not allow or that its field cannot hold; nothing is cut or wrapped.
 */
export function encodePdu(pdu: ControlPdu): Uint8Array {
  switch (pdu.type) {
    case 'A-ASSOCIATE-RQ':
      return encodeAssociateRq(pdu)
    case 'A-ASSOCIATE-AC':
      return encodeAssociateAc(pdu)
    case 'A-ASSOCIATE-RJ':
      return encodeAssociateRj(pdu)
    case 'A-RELEASE-RQ':
      return encodeReleaseRq()
    case 'A-RELEASE-RP':
      return encodeReleaseRp()
    case 'A-ABORT':
      return encodeAbort(pdu)
    default:
      throw noPdu(pdu)
  }
}

/** From JavaScript. */
function noPdu(pdu: never): UsageError {
  const { type } = Object(pdu) as { readonly type?: unknown }
  return new UsageError(`${String(type)} is no type of a PDU with control fields`, 'DCM_PDU_TYPE')
}
