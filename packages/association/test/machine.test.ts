import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  type Action,
  actions,
  type AssociationRole,
  type Effect,
  type EventName,
  events,
  type MachineEvent,
  type Primitive,
  type State,
  states,
  step,
  table,
} from '../src/machine/index.ts'

interface Transcription {
  readonly events: Record<string, string>
  readonly transitions: Record<
    string,
    Record<string, { readonly action: string; readonly next: readonly string[] }>
  >
}

/** An independent transcription of PS3.8 Table 9-10. */
const standard = JSON.parse(
  readFileSync(new URL('../../../../shared/ps3.8-table-9-10.json', import.meta.url), 'utf8'),
) as Transcription

const allEvents = Object.keys(events) as EventName[]
const allStates = Object.keys(states) as State[]

function machineEvent(event: EventName): MachineEvent {
  switch (event) {
    case 'Evt6':
      return { event, rejection: undefined }
    case 'Evt16':
      return { event, source: 0 }
    case 'Evt19':
      return { event, reason: 6 }
    default:
      return { event }
  }
}

function effectsOf(
  state: State,
  event: MachineEvent,
  role: AssociationRole = 'acceptor',
): readonly Effect[] | undefined {
  return step(state, event, role)?.effects
}

const indicate = (primitive: Primitive): Effect => ({ type: 'indicate', primitive })
const startArtim: Effect = { type: 'start-artim' }
const stopArtim: Effect = { type: 'stop-artim' }
const closeTransport: Effect = { type: 'close-transport' }
const abort = (source: 0 | 2, reason: number): Effect => ({ type: 'send-abort', source, reason })

describe('PS3.8 Table 9-10', () => {
  it('has the standard’s 19 events, and 247 pairs of event and state', () => {
    expect(allEvents).toEqual(Object.keys(standard.events))
    expect(allEvents.length * allStates.length).toBe(247)
  })

  it.each(allEvents)('%s has the standard’s action and next states in all 13 states', (event) => {
    for (const state of allStates) {
      const cell = table[event][state]
      const expected = standard.transitions[event]?.[state]
      expect(cell && { action: cell[0], next: cell.slice(1) }, `${event} × ${state}`).toEqual(expected)
    }
  })

  it.each(allEvents)('step() takes %s where the table does, and nowhere else', (event) => {
    for (const state of allStates) {
      const expected = standard.transitions[event]?.[state]
      for (const role of ['requestor', 'acceptor'] as const) {
        const taken = step(state, machineEvent(event), role)
        expect(taken?.action, `${event} × ${state}`).toBe(expected?.action)
        if (taken) expect(expected?.next).toContain(taken.next)
      }
    }
  })

  it('uses every action', () => {
    const used = new Set(Object.values(standard.transitions).flatMap(Object.values<{ action: string }>))
    expect(new Set([...used].map(({ action }) => action))).toEqual(new Set(Object.keys(actions)))
  })
})

describe('the actions of PS3.8 Tables 9-6 to 9-9', () => {
  /** What each action does in the words of the tables, in a state that has it. */
  const cases: Record<Action, readonly [state: State, event: MachineEvent, effects: readonly Effect[]]> = {
    'AE-1': ['Sta1', { event: 'Evt1' }, [{ type: 'connect' }]],
    'AE-2': ['Sta4', { event: 'Evt2' }, [{ type: 'send', pdu: 'A-ASSOCIATE-RQ' }]],
    'AE-3': ['Sta5', { event: 'Evt3' }, [indicate('A-ASSOCIATE confirmation (accept)')]],
    'AE-4': ['Sta5', { event: 'Evt4' }, [indicate('A-ASSOCIATE confirmation (reject)'), closeTransport]],
    'AE-5': ['Sta1', { event: 'Evt5' }, [startArtim]],
    'AE-6': [
      'Sta2',
      { event: 'Evt6', rejection: undefined },
      [stopArtim, indicate('A-ASSOCIATE indication')],
    ],
    'AE-7': ['Sta3', { event: 'Evt7' }, [{ type: 'send', pdu: 'A-ASSOCIATE-AC' }]],
    'AE-8': ['Sta3', { event: 'Evt8' }, [{ type: 'send', pdu: 'A-ASSOCIATE-RJ' }, startArtim]],
    'DT-1': ['Sta6', { event: 'Evt9' }, [{ type: 'send', pdu: 'P-DATA-TF' }]],
    'DT-2': ['Sta6', { event: 'Evt10' }, [indicate('P-DATA indication')]],
    'AR-1': ['Sta6', { event: 'Evt11' }, [{ type: 'send', pdu: 'A-RELEASE-RQ' }]],
    'AR-2': ['Sta6', { event: 'Evt12' }, [indicate('A-RELEASE indication')]],
    'AR-3': ['Sta7', { event: 'Evt13' }, [indicate('A-RELEASE confirmation'), closeTransport]],
    'AR-4': ['Sta8', { event: 'Evt14' }, [{ type: 'send', pdu: 'A-RELEASE-RP' }, startArtim]],
    'AR-5': ['Sta13', { event: 'Evt17' }, [stopArtim]],
    'AR-6': ['Sta7', { event: 'Evt10' }, [indicate('P-DATA indication')]],
    'AR-7': ['Sta8', { event: 'Evt9' }, [{ type: 'send', pdu: 'P-DATA-TF' }]],
    'AR-8': ['Sta7', { event: 'Evt12' }, [indicate('A-RELEASE indication')]],
    'AR-9': ['Sta9', { event: 'Evt14' }, [{ type: 'send', pdu: 'A-RELEASE-RP' }]],
    'AR-10': ['Sta10', { event: 'Evt13' }, [indicate('A-RELEASE confirmation')]],
    'AA-1': ['Sta6', { event: 'Evt15' }, [abort(0, 0), startArtim]],
    'AA-2': ['Sta2', { event: 'Evt18' }, [stopArtim, closeTransport]],
    'AA-3': ['Sta6', { event: 'Evt16', source: 0 }, [indicate('A-ABORT indication'), closeTransport]],
    'AA-4': ['Sta6', { event: 'Evt17' }, [indicate('A-P-ABORT indication')]],
    'AA-5': ['Sta2', { event: 'Evt17' }, [stopArtim]],
    'AA-6': ['Sta13', { event: 'Evt10' }, []],
    'AA-7': ['Sta13', { event: 'Evt19', reason: 1 }, [abort(2, 1)]],
    'AA-8': ['Sta6', { event: 'Evt3' }, [abort(2, 2), indicate('A-P-ABORT indication'), startArtim]],
  }

  it.each(Object.entries(cases))('%s', (action, [state, event, effects]) => {
    expect(step(state, event, 'acceptor')).toMatchObject({ action, effects })
  })

  it('AE-6 rejects what the provider does not accept, and waits for the close', () => {
    const rejection = { result: 1, source: 2, reason: 2 } as const
    expect(step('Sta2', { event: 'Evt6', rejection }, 'acceptor')).toEqual({
      action: 'AE-6',
      next: 'Sta13',
      effects: [stopArtim, { type: 'send-rejection', rejection }, startArtim],
    })
  })

  it('AE-6 indicates what it accepts', () => {
    expect(step('Sta2', { event: 'Evt6', rejection: undefined }, 'acceptor')?.next).toBe('Sta3')
  })

  it('AR-8 unties a release collision by role', () => {
    expect(step('Sta7', { event: 'Evt12' }, 'requestor')?.next).toBe('Sta9')
    expect(step('Sta7', { event: 'Evt12' }, 'acceptor')?.next).toBe('Sta10')
  })

  it.each([
    [0, 'A-ABORT indication'],
    [1, 'A-P-ABORT indication'],
    [2, 'A-P-ABORT indication'],
    [255, 'A-P-ABORT indication'],
  ] as const)('AA-3 tells an abort of source %i as %s', (source, primitive) => {
    expect(effectsOf('Sta6', { event: 'Evt16', source })?.[0]).toEqual(indicate(primitive))
  })

  it.each([0, 1, 2, 4, 5, 6] as const)('AA-7 and AA-8 say reason %i of an invalid PDU', (reason) => {
    expect(effectsOf('Sta13', { event: 'Evt19', reason })).toEqual([abort(2, reason)])
    expect(effectsOf('Sta6', { event: 'Evt19', reason })?.[0]).toEqual(abort(2, reason))
  })

  it('AA-7 and AA-8 say unexpected-PDU of a PDU that the state does not expect', () => {
    expect(effectsOf('Sta13', { event: 'Evt6', rejection: undefined })).toEqual([abort(2, 2)])
    expect(effectsOf('Sta6', { event: 'Evt6', rejection: undefined })?.[0]).toEqual(abort(2, 2))
    expect(effectsOf('Sta8', { event: 'Evt10' })?.[0]).toEqual(abort(2, 2))
  })

  it('AA-1 aborts as service-user where there is no user yet', () => {
    expect(effectsOf('Sta2', { event: 'Evt19', reason: 1 })).toEqual([abort(0, 0), startArtim])
  })

  it('a second request in Sta6 is no new association', () => {
    expect(step('Sta6', { event: 'Evt6', rejection: undefined }, 'acceptor')?.next).toBe('Sta13')
  })
})
