import type { ControlPdu } from '@dcm/pdu'
import type { MachineEvent, State } from '../machine/index.ts'
import { judgeRequest } from '../negotiation/index.ts'

/** The event that a PDU is to the machine. Only a request that is awaited has to be judged (AE-6). */
export function receivedEvent(pdu: ControlPdu, state: State): MachineEvent {
  switch (pdu.type) {
    case 'A-ASSOCIATE-RQ':
      return { event: 'Evt6', rejection: state === 'Sta2' ? judgeRequest(pdu) : undefined }
    case 'A-ASSOCIATE-AC':
      return { event: 'Evt3' }
    case 'A-ASSOCIATE-RJ':
      return { event: 'Evt4' }
    case 'A-RELEASE-RQ':
      return { event: 'Evt12' }
    case 'A-RELEASE-RP':
      return { event: 'Evt13' }
    case 'A-ABORT':
      return { event: 'Evt16', source: pdu.source }
  }
}
