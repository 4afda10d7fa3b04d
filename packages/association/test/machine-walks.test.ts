import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AssociationRole,
  type EventName,
  events,
  type MachineEvent,
  type State,
  states,
  step,
} from '../src/machine/index.ts'

const role = fc.constantFrom<AssociationRole[]>('requestor', 'acceptor')
const state = fc.constantFrom(...(Object.keys(states) as State[]))
const event: fc.Arbitrary<MachineEvent> = fc.oneof(
  fc.record({
    event: fc.constant('Evt6' as const),
    rejection: fc.constantFrom(undefined, { result: 1, source: 1, reason: 2 } as const),
  }),
  fc.record({ event: fc.constant('Evt16' as const), source: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ event: fc.constant('Evt19' as const), reason: fc.constantFrom(0, 1, 2, 4, 5, 6) }),
  fc.record({
    event: fc.constantFrom(
      ...(Object.keys(events) as EventName[]).filter(
        (name): name is Exclude<EventName, 'Evt6' | 'Evt16' | 'Evt19'> =>
          name !== 'Evt6' && name !== 'Evt16' && name !== 'Evt19',
      ),
    ),
  }),
)

/** PDUs from the peer, well-formed or not. */
const pdus = new Set<EventName>(['Evt3', 'Evt4', 'Evt6', 'Evt10', 'Evt12', 'Evt13', 'Evt16', 'Evt19'])

/** A world around the machine that does what the effects say. */
class World {
  readonly role: AssociationRole
  state: State = 'Sta1'
  artim = false
  transport: 'none' | 'connecting' | 'open' = 'none'
  sentAfterClose = 0

  constructor(role: AssociationRole) {
    this.role = role
  }

  /** Whether the event can happen here at all: nothing arrives without a transport, no stopped timer expires. */
  possible({ event }: MachineEvent): boolean {
    if (event === 'Evt18') return this.artim
    if (event === 'Evt1') return this.role === 'requestor'
    if (event === 'Evt5') return this.role === 'acceptor'
    if (event === 'Evt17') return this.transport !== 'none'
    return !pdus.has(event) || this.transport === 'open'
  }

  take(event: MachineEvent): void {
    const taken = step(this.state, event, this.role)
    if (!taken) {
      // Only what the local user or the local transport does may be out of place.
      expect(pdus).not.toContain(event.event)
      return
    }
    if (event.event === 'Evt2' || event.event === 'Evt5') this.transport = 'open'
    if (event.event === 'Evt17') this.transport = 'none'
    if (event.event === 'Evt18') this.artim = false
    this.state = taken.next
    for (const effect of taken.effects) {
      if (effect.type === 'connect') this.transport = 'connecting'
      if (effect.type === 'close-transport') this.transport = 'none'
      if (effect.type === 'start-artim') this.artim = true
      if (effect.type === 'stop-artim') this.artim = false
      if (effect.type.startsWith('send') && this.transport !== 'open') this.sentAfterClose++
    }
  }
}

describe('random walks', () => {
  it('never throw, whatever happens in whatever state', () => {
    fc.assert(
      fc.property(state, event, role, (from, happening, as) => {
        const taken = step(from, happening, as)
        if (taken) expect(states).toHaveProperty(taken.next)
      }),
      { numRuns: 2000 },
    )
  })

  it('run ARTIM in Sta2 and Sta13 and nowhere else, and have no transport in Sta1', () => {
    fc.assert(
      fc.property(role, fc.array(event, { maxLength: 60 }), (as, happenings) => {
        const world = new World(as)
        for (const happening of happenings) {
          if (!world.possible(happening)) continue
          world.take(happening)
          expect(world.artim, world.state).toBe(world.state === 'Sta2' || world.state === 'Sta13')
          expect(world.transport === 'none', world.state).toBe(world.state === 'Sta1')
          expect(world.sentAfterClose).toBe(0)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('end in Sta1 from everywhere: when the transport closes, and when the user aborts a peer that stays silent', () => {
    fc.assert(
      fc.property(role, fc.array(event, { maxLength: 60 }), fc.boolean(), (as, happenings, closes) => {
        const world = new World(as)
        for (const happening of happenings) if (world.possible(happening)) world.take(happening)
        if (world.state === 'Sta1') return
        if (closes) world.take({ event: 'Evt17' })
        else {
          world.take({ event: 'Evt15' })
          if (world.artim) world.take({ event: 'Evt18' })
        }
        expect(world).toMatchObject({ state: 'Sta1', artim: false, transport: 'none' })
      }),
      { numRuns: 2000 },
    )
  })

  it('never leave Sta13 but by the transport, an A-ABORT or ARTIM', () => {
    fc.assert(
      fc.property(event, role, (happening, as) => {
        const taken = step('Sta13', happening, as)
        if (taken && !['Evt16', 'Evt17', 'Evt18'].includes(happening.event)) expect(taken.next).toBe('Sta13')
      }),
    )
  })
})
