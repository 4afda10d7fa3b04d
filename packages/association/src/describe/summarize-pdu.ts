import type { PduEvent } from '@dcm/pdu'
import { printable } from './printable.ts'
import { abortWords, rejectionWords } from './words.ts'

/**
 * What a decoder told as one line for logs: AE titles, numbers and words, never a secret and nothing of a message's content.
 * A peer's text is escaped; the line is at most 256 characters.
 */
export function summarizePdu(pdu: PduEvent): string {
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
    case 'P-DATA-TF':
      return `${pdu.type} ${String(pdu.length)} bytes`
    case 'PDV': {
      const kind = `${pdu.isLast ? 'last ' : ''}${pdu.isCommand ? 'command' : 'data set'} fragment`
      return `${pdu.type} context ${String(pdu.presentationContextId)}, ${kind}, ${String(pdu.data.length)} bytes`
    }
    case 'A-RELEASE-RQ':
    case 'A-RELEASE-RP':
      return pdu.type
  }
}
