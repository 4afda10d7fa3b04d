import type { AbortReason, Rejection } from '@dcm/pdu'

/** The events of PS3.8 Table 9-10. */
export const events = {
  Evt1: 'A-ASSOCIATE request (local user)',
  Evt2: 'transport connect confirmation',
  Evt3: 'A-ASSOCIATE-AC PDU received',
  Evt4: 'A-ASSOCIATE-RJ PDU received',
  Evt5: 'transport connection indication',
  Evt6: 'A-ASSOCIATE-RQ PDU received',
  Evt7: 'A-ASSOCIATE response, accept (local user)',
  Evt8: 'A-ASSOCIATE response, reject (local user)',
  Evt9: 'P-DATA request (local user)',
  Evt10: 'P-DATA-TF PDU received',
  Evt11: 'A-RELEASE request (local user)',
  Evt12: 'A-RELEASE-RQ PDU received',
  Evt13: 'A-RELEASE-RP PDU received',
  Evt14: 'A-RELEASE response (local user)',
  Evt15: 'A-ABORT request (local user)',
  Evt16: 'A-ABORT PDU received',
  Evt17: 'transport connection closed indication',
  Evt18: 'ARTIM timer expired',
  Evt19: 'unrecognized or invalid PDU received',
} as const

export type EventName = keyof typeof events

/** An event with what the machine has to know of it, and no more. */
export type MachineEvent =
  | {
      readonly event: 'Evt6'
      /** Why the provider refuses the request (AE-6); undefined when it is acceptable. */
      readonly rejection: Rejection | undefined
    }
  | {
      readonly event: 'Evt16'
      /** The source field of the A-ABORT: 0 service-user, 2 service-provider. */
      readonly source: number
    }
  | { readonly event: 'Evt19'; readonly reason: AbortReason | 0 }
  | { readonly event: Exclude<EventName, 'Evt6' | 'Evt16' | 'Evt19'> }
