import { channel } from 'node:diagnostics_channel'
import type { PduEvent, Pdv } from '@dcm/pdu'
import { summarizePdu } from '../describe/index.ts'
import type { Action, EventName, State, Step } from '../machine/index.ts'
import { pdvHeaderBytes } from '../negotiation/maximum-pdv-length.ts'
import type { AssociationAbortedError } from './errors.ts'

/** Published on `dcm:association:transition`: one step of the PS3.8 machine. */
export interface TransitionMessage {
  readonly associationId: number
  readonly state: State
  readonly event: EventName
  readonly action: Action
  readonly next: State
}

/** Published on `dcm:association:pdu`: a PDU as one line, without secrets. Of a P-DATA-TF its length. */
export interface PduMessage {
  readonly associationId: number
  readonly direction: 'sent' | 'received'
  readonly summary: string
}

/** Published on `dcm:association:error`: why an association ended that was not released, as the typed error. */
export interface ErrorMessage {
  readonly associationId: number
  readonly error: Error
}

const transitions = channel('dcm:association:transition')
const pdus = channel('dcm:association:pdu')
const errors = channel('dcm:association:error')

// Nothing is made for a channel that nobody listens to.

export function publishTransition(associationId: number, state: State, event: EventName, step: Step): void {
  if (!transitions.hasSubscribers) return
  const { action, next } = step
  transitions.publish({ associationId, state, event, action, next } satisfies TransitionMessage)
}

export function publishPdu(associationId: number, direction: PduMessage['direction'], pdu: PduEvent): void {
  if (!pdus.hasSubscribers) return
  pdus.publish({ associationId, direction, summary: summarizePdu(pdu) } satisfies PduMessage)
}

/** @param sent P-DATA-TFs, given as their PDVs. */
export function publishSentData(associationId: number, sent: readonly (readonly Pdv[])[]): void {
  if (!pdus.hasSubscribers) return
  for (const pdvs of sent) {
    const runs = pdvs.flatMap(({ data }) => data)
    const length = runs.reduce((sum, run) => sum + run.length, pdvs.length * pdvHeaderBytes)
    publishPdu(associationId, 'sent', { type: 'P-DATA-TF', length })
  }
}

/** A connection that says nothing and leaves is a probe, and no error. */
export function publishError(associationId: number, error: AssociationAbortedError): void {
  if (!errors.hasSubscribers || error.code === 'DCM_NO_ASSOCIATION') return
  errors.publish({ associationId, error } satisfies ErrorMessage)
}
