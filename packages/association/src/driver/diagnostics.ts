import { channel } from 'node:diagnostics_channel'
import type { Action, EventName, State } from '../machine/index.ts'

/** Published on `dcm:association:transition`: one step of the PS3.8 machine. */
export interface TransitionMessage {
  readonly associationId: number
  readonly state: State
  readonly event: EventName
  readonly action: Action
  readonly next: State
}

/** Published on `dcm:association:pdu`: a PDU as one line, without secrets. */
export interface PduMessage {
  readonly associationId: number
  readonly direction: 'sent' | 'received'
  readonly summary: string
}

/** Published on `dcm:association:error`: what went wrong, as the typed error. */
export interface ErrorMessage {
  readonly associationId: number
  readonly error: Error
}

export const transitions = channel('dcm:association:transition')
export const pdus = channel('dcm:association:pdu')
export const errors = channel('dcm:association:error')
