import { type EventName, events, type State, states } from '../machine/index.ts'

/** The peer sent a PDU that may not come in this state, and was answered with A-ABORT (PS3.8 Table 9-10, AA-1 and AA-8). */
export class UnexpectedPduError extends Error {
  override readonly name = 'UnexpectedPduError'
  readonly code = 'DCM_UNEXPECTED_PDU'

  constructor(event: EventName, state: State) {
    super(`${events[event]} in ${state}: ${states[state]}`)
  }
}
