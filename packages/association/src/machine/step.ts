import { type Action, actions, type Effect } from './actions.ts'
import type { MachineEvent } from './events.ts'
import type { State } from './states.ts'
import { table } from './table.ts'

export type AssociationRole = 'requestor' | 'acceptor'

/** One transition, and what it wants done. */
export interface Step {
  readonly action: Action
  readonly next: State
  readonly effects: readonly Effect[]
}

/** PS3.8 Table 9-26: an event that the state does not expect is an unexpected PDU. */
const unexpectedPdu = 2

/**
 * The machine of PS3.8 9.2: pure. Undefined when the table has no such cell: only local events have blank cells, so
 * the caller asked for something that its association's state does not allow.
 */
export function step(state: State, event: MachineEvent, role: AssociationRole): Step | undefined {
  const cell = table[event.event][state]
  if (!cell) return undefined
  const [action, next, otherwise = next] = cell
  switch (action) {
    case 'AE-6':
      return requestReceived(event, next, otherwise)
    case 'AR-8':
      // PS3.8 Table 9-8: the collision is untangled by who requested the association.
      return { action, next: role === 'requestor' ? next : otherwise, effects: actions[action] }
    case 'AA-3':
      return { action, next, effects: [abortIndication(event), ...actions[action]] }
    case 'AA-7':
      return { action, next, effects: [providerAbort(event)] }
    case 'AA-8':
      return { action, next, effects: [providerAbort(event), ...actions[action]] }
    default:
      return { action, next, effects: actions[action] }
  }
}

function requestReceived(event: MachineEvent, accepted: State, refused: State): Step {
  const action = 'AE-6'
  const rejection = event.event === 'Evt6' ? event.rejection : undefined
  if (!rejection) {
    const indication: Effect = { type: 'indicate', primitive: 'A-ASSOCIATE indication' }
    return { action, next: accepted, effects: [...actions[action], indication] }
  }
  const effects: Effect[] = [
    ...actions[action],
    { type: 'send-rejection', rejection },
    { type: 'start-artim' },
  ]
  return { action, next: refused, effects }
}

/** PS3.8 9.3.8: a provider that aborts says why. */
function providerAbort(event: MachineEvent): Effect {
  return { type: 'send-abort', source: 2, reason: event.event === 'Evt19' ? event.reason : unexpectedPdu }
}

/** AA-3: the user's abort is an A-ABORT, the provider's an A-P-ABORT. */
function abortIndication(event: MachineEvent): Effect {
  const byUser = event.event === 'Evt16' && event.source === 0
  return { type: 'indicate', primitive: byUser ? 'A-ABORT indication' : 'A-P-ABORT indication' }
}
