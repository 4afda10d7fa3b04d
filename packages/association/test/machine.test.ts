import { readFileSync } from 'node:fs'
import { actions, events, type EventName, type State, states, step, table } from '../src/machine/index.ts'
import { describe, expect, it } from 'vitest'

interface Transcription {
  readonly transitions: Record<string, Record<string, { readonly action: string; readonly next: readonly string[] }>>
}

/** An independent transcription of PS3.8 Table 9-10. */
const standard = JSON.parse(
  readFileSync(new URL('../../../../shared/ps3.8-table-9-10.json', import.meta.url), 'utf8'),
) as Transcription

const allEvents = Object.keys(events) as EventName[]
const allStates = Object.keys(states) as State[]

describe('PS3.8 Table 9-10', () => {
  it.each(allEvents)('%s has the standard’s action and next states in all 13 states', (event) => {
    for (const state of allStates) {
      const cell = table[event][state]
      const expected = standard.transitions[event]?.[state]
      expect(cell && { action: cell[0], next: cell.slice(1) }, `${event} × ${state}`).toEqual(expected)
    }
  })

  it('covers 247 pairs', () => {
    expect(allEvents.length * allStates.length).toBe(247)
  })
})

describe('step', () => {
  it('is undefined for a blank cell', () => {
    expect(step('Sta1', { event: 'Evt9' }, 'acceptor')).toBeUndefined()
  })

  it('indicates an acceptable request and rejects another (AE-6)', () => {
    const accepted = step('Sta2', { event: 'Evt6', rejection: undefined }, 'acceptor')
    expect(accepted).toEqual({
      action: 'AE-6',
      next: 'Sta3',
      effects: [{ type: 'stop-artim' }, { type: 'indicate', primitive: 'A-ASSOCIATE indication' }],
    })
    const rejection = { result: 1, source: 2, reason: 2 } as const
    const refused = step('Sta2', { event: 'Evt6', rejection }, 'acceptor')
    expect(refused).toEqual({
      action: 'AE-6',
      next: 'Sta13',
      effects: [{ type: 'stop-artim' }, { type: 'send-rejection', rejection }, { type: 'start-artim' }],
    })
  })

  it('unties a release collision by role (AR-8)', () => {
    expect(step('Sta7', { event: 'Evt12' }, 'requestor')?.next).toBe('Sta9')
    expect(step('Sta7', { event: 'Evt12' }, 'acceptor')?.next).toBe('Sta10')
  })

  it('tells the user’s abort from the provider’s (AA-3)', () => {
    const primitiveOf = (source: number) => step('Sta6', { event: 'Evt16', source }, 'acceptor')?.effects[0]
    expect(primitiveOf(0)).toEqual({ type: 'indicate', primitive: 'A-ABORT indication' })
    expect(primitiveOf(2)).toEqual({ type: 'indicate', primitive: 'A-P-ABORT indication' })
  })

  it('aborts as provider with the reason of PS3.8 Table 9-26 (AA-8)', () => {
    const abortOf = (effects: readonly unknown[] | undefined) => effects?.[0]
    expect(abortOf(step('Sta6', { event: 'Evt19', reason: 1 }, 'acceptor')?.effects)).toEqual({
      type: 'send-abort',
      source: 2,
      reason: 1,
    })
    expect(abortOf(step('Sta6', { event: 'Evt3' }, 'acceptor')?.effects)).toEqual({
      type: 'send-abort',
      source: 2,
      reason: 2,
    })
  })

  it('aborts as user where nobody was asked yet, and starts ARTIM (AA-1)', () => {
    expect(step('Sta2', { event: 'Evt19', reason: 1 }, 'acceptor')).toEqual({
      action: 'AA-1',
      next: 'Sta13',
      effects: [{ type: 'send-abort', source: 0, reason: 0 }, { type: 'start-artim' }],
    })
  })

  it('aborts again when a request comes after the end (AA-7)', () => {
    expect(step('Sta13', { event: 'Evt6', rejection: undefined }, 'acceptor')).toEqual({
      action: 'AA-7',
      next: 'Sta13',
      effects: [{ type: 'send-abort', source: 2, reason: 2 }],
    })
  })

  it('has effects for every action of the table', () => {
    const used = new Set(Object.values(table).flatMap((row) => Object.values(row).map(([action]) => action)))
    expect([...used].sort()).toEqual(Object.keys(actions).sort())
  })
})
