import { type Action, actions, type Effect } from './actions.ts'
import type { MachineEvent } from './events.ts'
import type { State } from './states.ts'
import { type Cell, table } from './table.ts'

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
 * The machine of PS3.8 9.2: pure, and never throws. Undefined when the table has no such cell: only local events have blank
 * cells while there is a transport connection, so the caller asked for something that its association's state does not allow.
 */
export function step(state: State, event: MachineEvent, role: AssociationRole): Step | undefined {
  const cell = table[event.event][state]
  if (!cell) return undefined
  switch (cell[0]) {
    case 'AE-6':
      return requestReceived(event, cell)
    case 'AR-8': {
      // PS3.8 Table 9-8: the collision is untangled by who requested the association.
      const [action, requestor, acceptor] = cell
      return { action, next: role === 'requestor' ? requestor : acceptor, effects: actions[action] }
    }
    case 'AA-3':
      return { action: cell[0], next: cell[1], effects: [abortIndication(event), ...actions[cell[0]]] }
    case 'AA-7':
    case 'AA-8':
      return { action: cell[0], next: cell[1], effects: [providerAbort(event), ...actions[cell[0]]] }
    default:
      return { action: cell[0], next: cell[1], effects: actions[cell[0]] }
  }
}

function requestReceived(event: MachineEvent, cell: Extract<Cell, readonly ['AE-6', ...unknown[]]>): Step {
  const [action, acceptable, otherwise] = cell
  const rejection = event.event === 'Evt6' && event.rejection
  if (!rejection) {
    const indication: Effect = { type: 'indicate', primitive: 'A-ASSOCIATE indication' }
    return { action, next: acceptable, effects: [...actions[action], indication] }
  }
  const effects: Effect[] = [
    ...actions[action],
    { type: 'send-rejection', rejection },
    { type: 'start-artim' },
  ]
  return { action, next: otherwise, effects }
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
