import type { Rejection } from '@dcm/pdu'

/** What the machine wants done, in order. The driver does it and decides nothing. */
export type Effect =
  | { readonly type: 'connect' }
  /** The PDU is the one that came with the local event. */
  | {
      readonly type: 'send'
      readonly pdu:
        'A-ASSOCIATE-RQ' | 'A-ASSOCIATE-AC' | 'A-ASSOCIATE-RJ' | 'P-DATA-TF' | 'A-RELEASE-RQ' | 'A-RELEASE-RP'
    }
  /** The provider itself refuses a request (AE-6). */
  | { readonly type: 'send-rejection'; readonly rejection: Rejection }
  | { readonly type: 'send-abort'; readonly source: 0 | 2; readonly reason: number }
  /** From its beginning, also when it is running. */
  | { readonly type: 'start-artim' }
  /** Nothing when it is not running. */
  | { readonly type: 'stop-artim' }
  | { readonly type: 'close-transport' }
  | { readonly type: 'indicate'; readonly primitive: Primitive }

/** The service primitives that go up to the user (PS3.8 7). */
export type Primitive =
  | 'A-ASSOCIATE indication'
  | 'A-ASSOCIATE confirmation (accept)'
  | 'A-ASSOCIATE confirmation (reject)'
  | 'P-DATA indication'
  | 'A-RELEASE indication'
  | 'A-RELEASE confirmation'
  | 'A-ABORT indication'
  | 'A-P-ABORT indication'

const startArtim: Effect = { type: 'start-artim' }
const stopArtim: Effect = { type: 'stop-artim' }
const closeTransport: Effect = { type: 'close-transport' }
const userAbort: Effect = { type: 'send-abort', source: 0, reason: 0 }
const send = (pdu: Extract<Effect, { type: 'send' }>['pdu']): Effect => ({ type: 'send', pdu })
const indicate = (primitive: Primitive): Effect => ({ type: 'indicate', primitive })

/**
 * The actions of PS3.8 Tables 9-6 to 9-9, as effects. Those whose effects hang on the event are completed by `step()`:
 * AE-6 on whether the request is acceptable, AA-3 on who aborted, AA-7 and AA-8 on what was wrong.
 */
export const actions = {
  'AE-1': [{ type: 'connect' }],
  'AE-2': [send('A-ASSOCIATE-RQ')],
  'AE-3': [indicate('A-ASSOCIATE confirmation (accept)')],
  'AE-4': [indicate('A-ASSOCIATE confirmation (reject)'), closeTransport],
  'AE-5': [startArtim],
  'AE-6': [stopArtim],
  'AE-7': [send('A-ASSOCIATE-AC')],
  'AE-8': [send('A-ASSOCIATE-RJ'), startArtim],
  'DT-1': [send('P-DATA-TF')],
  'DT-2': [indicate('P-DATA indication')],
  'AR-1': [send('A-RELEASE-RQ')],
  'AR-2': [indicate('A-RELEASE indication')],
  'AR-3': [indicate('A-RELEASE confirmation'), closeTransport],
  'AR-4': [send('A-RELEASE-RP'), startArtim],
  'AR-5': [stopArtim],
  'AR-6': [indicate('P-DATA indication')],
  'AR-7': [send('P-DATA-TF')],
  'AR-8': [indicate('A-RELEASE indication')],
  'AR-9': [send('A-RELEASE-RP')],
  'AR-10': [indicate('A-RELEASE confirmation')],
  'AA-1': [userAbort, startArtim],
  'AA-2': [stopArtim, closeTransport],
  'AA-3': [closeTransport],
  'AA-4': [indicate('A-P-ABORT indication')],
  'AA-5': [stopArtim],
  'AA-6': [],
  'AA-7': [],
  'AA-8': [indicate('A-P-ABORT indication'), startArtim],
} as const satisfies Record<string, readonly Effect[]>

export type Action = keyof typeof actions
