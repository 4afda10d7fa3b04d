import type { ControlPdu } from '@dcm/pdu'
import { printable } from './printable.ts'
import { abortWords, rejectionWords } from './words.ts'

/** A PDU as one line for logs: AE titles and numbers, never a secret. */
export function summarizePdu(pdu: ControlPdu): string {
  switch (pdu.type) {
    case 'A-ASSOCIATE-RQ': {
      const titles = `${printable(pdu.callingAeTitle)} -> ${printable(pdu.calledAeTitle)}`
      return `${pdu.type} ${titles}, ${String(pdu.presentationContexts.length)} presentation contexts`
    }
    case 'A-ASSOCIATE-AC': {
      const accepted = pdu.presentationContexts.filter((context) => context.result === 0).length
      return `${pdu.type} ${String(accepted)} of ${String(pdu.presentationContexts.length)} presentation contexts accepted`
    }
    case 'A-ASSOCIATE-RJ':
      return `${pdu.type} ${rejectionWords(pdu)}`
    case 'A-ABORT':
      return `${pdu.type} ${abortWords(pdu)}`
    case 'A-RELEASE-RQ':
    case 'A-RELEASE-RP':
      return pdu.type
  }
}
