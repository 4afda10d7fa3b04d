import {
  type Association,
  type AssociationEnd,
  receiveAssociation,
  requestAssociation,
} from '@dcm/association'
import { FakeClock, memoryPair, ScriptedPeer, settled } from '@dcm/testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Arrival, arrivals } from './arrivals.ts'
import { negotiate, pdv, wanted } from './conversation.ts'

/** What may happen next: something the peer does, something the user does, or time. */
type Happening =
  | { readonly peer: 'sends'; readonly arrival: Arrival; readonly bytes: number }
  | { readonly peer: 'ends' | 'cuts' | 'stalls' | 'reads on' }
  | {
      readonly user:
        'sends' | 'releases' | 'answers a release' | 'aborts' | 'pauses' | 'reads on' | 'gives up'
    }
  | { readonly passMs: number }

const names = Object.keys(arrivals) as Arrival[]
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: arriving(fc.constantFrom(...names)) },
  // What a conversation can go on with.
  {
    weight: 5,
    arbitrary: arriving(
      fc.constantFrom<Arrival[]>(
        'A-ASSOCIATE-AC',
        'A-ASSOCIATE-RQ',
        'P-DATA-TF',
        'A-RELEASE-RQ',
        'A-RELEASE-RP',
      ),
    ),
  },
  fc.record({
    peer: fc.constantFrom('ends' as const, 'cuts' as const, 'stalls' as const, 'reads on' as const),
  }),
  {
    weight: 4,
    arbitrary: fc.record({
      user: fc.constantFrom(
        ...(['sends', 'releases', 'answers a release', 'aborts', 'pauses', 'reads on', 'gives up'] as const),
      ),
    }),
  },
  fc.record({ passMs: fc.constantFrom(1, 1_000, 29_999, 30_000, 60_000) }),
)

/** Whole, or only the first bytes of it. */
function arriving(arrival: fc.Arbitrary<Arrival>): fc.Arbitrary<Happening> {
  const bytes = fc.oneof({ weight: 4, arbitrary: fc.constant(Infinity) }, fc.integer({ min: 1, max: 100 }))
  return fc.record({ peer: fc.constant('sends' as const), arrival, bytes })
}

/** One side and its user, who writes down how often each promise and each call came. */
class World {
  readonly clock = new FakeClock()
  readonly peer: ScriptedPeer
  readonly ends: AssociationEnd[] = []
  readonly releases: Promise<unknown>[] = []
  readonly attempt: Promise<unknown>
  readonly destroyed: () => boolean
  readonly #gaveUp = new AbortController()
  #association: Association | undefined

  constructor(role: 'requestor' | 'acceptor') {
    const [ours, theirs] = memoryPair()
    this.peer = new ScriptedPeer(theirs)
    this.destroyed = () => ours.stream.destroyed
    const options = { clock: this.clock, signal: this.#gaveUp.signal }
    const association =
      role === 'requestor'
        ? requestAssociation(ours, wanted, options)
        : receiveAssociation(ours, options).then((pending) => pending.accept(negotiate(pending.request)))
    this.attempt = outcome(
      association.then((established) => {
        this.#association = established
        established.receive({
          fragment: () => undefined,
          releaseRequested: () => undefined,
          ended: (end) => this.ends.push(end),
        })
        return established.closed
      }),
    )
  }

  get established(): boolean {
    return this.#association !== undefined
  }

  happen(next: Happening): void {
    if ('passMs' in next) this.clock.advance(next.passMs)
    else if ('user' in next) this.#user(next.user)
    else this.#peer(next)
  }

  #peer(next: Extract<Happening, { peer: string }>): void {
    if (this.peer.connection.stream.destroyed || this.peer.connection.stream.writableEnded) return
    if (next.peer === 'sends') this.peer.send(arrivals[next.arrival].subarray(0, next.bytes))
    if (next.peer === 'ends') this.peer.end()
    if (next.peer === 'cuts') this.peer.cut()
    if (next.peer === 'stalls') this.peer.stall()
    if (next.peer === 'reads on') this.peer.unstall()
  }

  #user(does: Extract<Happening, { user: string }>['user']): void {
    if (does === 'gives up') this.#gaveUp.abort(new Error('enough'))
    const association = this.#association
    if (!association) return
    try {
      if (does === 'sends') association.send(pdv('x'.repeat(10_000)))
      if (does === 'releases') this.releases.push(outcome(association.release()))
      if (does === 'answers a release') association.respondRelease()
      if (does === 'aborts') association.abort()
      if (does === 'pauses') association.pause()
      if (does === 'reads on') association.resume()
    } catch (error) {
      // The user may be told that it cannot be, but in these words only.
      expect(['UsageError', 'AssociationAbortedError']).toContain((error as Error).name)
    }
  }
}

/** That a promise settled, and how, without a rejection that nobody looks at. */
function outcome(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error)
}

async function settles(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), settled().then(() => false)])
}

const cases = (['requestor', 'acceptor'] as const).flatMap((role) =>
  [false, true].map((established) => ({ role, established })),
)

describe.each(cases)('the $role (established: $established)', ({ role, established }) => {
  it('settles everything once, and leaves nothing, whatever its peer and its user do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 14 }), async (happenings) => {
        const world = new World(role)
        await settled(1)
        if (established) {
          const arrival = role === 'requestor' ? 'A-ASSOCIATE-AC' : 'A-ASSOCIATE-RQ'
          world.happen({ peer: 'sends', arrival, bytes: Infinity })
          await settled(2)
          expect(world.established).toBe(true)
        }
        for (const next of happenings) {
          world.happen(next)
          await settled(2)
        }
        // A user who paused for ever would be waited for; and no peer is.
        world.happen({ user: 'reads on' })
        for (let minute = 0; minute < 6; minute++) {
          await settled(2)
          world.clock.advance(60_000)
        }
        expect(await settles(world.attempt)).toBe(true)
        expect(await settles(Promise.all(world.releases))).toBe(true)
        expect(world.ends).toHaveLength(world.established ? 1 : 0)
        expect(world.destroyed()).toBe(true)
        expect(world.clock.pending).toBe(0)
      }),
      { numRuns: 300 },
    )
  })
})
