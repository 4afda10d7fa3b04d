import { Socket } from 'node:net'
import { type AssociationOptions, receiveAssociation, UnexpectedPduError } from '@dcm/association'
import { FakeClock, ScriptedPeer } from '@dcm/testkit'
import { tcp } from '@dcm/transport-tcp'
import { describe, expect, it } from 'vitest'
import { type Arrival, arrivals } from './arrivals.ts'
import { negotiate, request } from './conversation.ts'

const unexpected: readonly Arrival[] = [
  'A-ASSOCIATE-RQ',
  'A-ASSOCIATE-AC',
  'A-ASSOCIATE-RJ',
  'P-DATA-TF',
  'A-RELEASE-RQ',
  'A-RELEASE-RP',
]
const unknown: readonly Arrival[] = ['PDU type 00H', 'PDU type 08H', 'PDU type FFH, its first byte alone']
const malformed: readonly Arrival[] = [
  'an A-ASSOCIATE-RQ of 2 GiB',
  'an A-ASSOCIATE-RQ of 4 bytes',
  'an A-ASSOCIATE-RQ whose item exceeds it',
  'a P-DATA-TF without a PDV',
  'an A-RELEASE-RQ of 5 bytes',
  'an A-ABORT of 5 bytes',
]

/** PS3.8 9.3.8: 0 is the service-user, whose reason is not significant; 2 the provider, which says why. */
type SourceAndReason = readonly [source: 0 | 2, reason: 0 | 1 | 2 | 6]

/** The A-ABORT that answers what may not come in a state; PS3.8 Table 9-10. */
function aborts(
  expected: readonly Arrival[],
  codes: { unexpected: SourceAndReason; unknown: SourceAndReason; malformed: SourceAndReason },
): [Arrival, SourceAndReason][] {
  const kinds = { unexpected, unknown, malformed }
  return (['unexpected', 'unknown', 'malformed'] as const).flatMap((kind) =>
    kinds[kind]
      .filter((arrival) => !expected.includes(arrival))
      .map((arrival): [Arrival, SourceAndReason] => [arrival, codes[kind]]),
  )
}

const byProvider = { unexpected: [2, 2], unknown: [2, 1], malformed: [2, 6] } as const

/** A peer of an acceptor in this state, over loopback, and what the acceptor's user will be told. */
interface Reached {
  readonly peer: ScriptedPeer
  readonly clock: FakeClock
  readonly told: Promise<unknown>
}

async function connected(options: AssociationOptions = {}) {
  await using listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
  const [theirs, ours] = await Promise.all([tcp().connect(listener.address), listener.accept()])
  const clock = new FakeClock()
  const indication = receiveAssociation(ours, { ...options, clock })
  indication.catch(() => undefined)
  return { peer: new ScriptedPeer(theirs), clock, indication }
}

const reach = {
  Sta2: async (): Promise<Reached> => {
    const { peer, clock, indication } = await connected()
    return { peer, clock, told: indication.catch((error: unknown) => error) }
  },
  Sta3: async (): Promise<Reached> => {
    const { peer, clock, indication } = await connected()
    peer.send(request)
    const { signal } = await indication
    const told = new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve(signal.reason)
      })
    })
    return { peer, clock, told }
  },
  Sta6: async (): Promise<Reached> => {
    const { peer, clock, told } = await established()
    return { peer, clock, told }
  },
  Sta8: async (): Promise<Reached> => {
    const { peer, clock, told, releaseRequested } = await established()
    peer.send({ type: 'A-RELEASE-RQ' })
    await releaseRequested
    return { peer, clock, told }
  },
  'Sta13, after A-ASSOCIATE-RJ': async (): Promise<Reached> => {
    const { peer, clock, indication } = await connected()
    peer.send(request)
    const pending = await indication
    pending.reject({ result: 1, source: 1, reason: 1 })
    await peer.expect('A-ASSOCIATE-RJ')
    return { peer, clock, told: pending.closed }
  },
  'Sta13, after A-RELEASE-RP': async (): Promise<Reached> => {
    const { peer, clock, association, releaseRequested } = await established()
    peer.send({ type: 'A-RELEASE-RQ' })
    await releaseRequested
    association.respondRelease()
    await peer.expect('A-RELEASE-RP')
    return { peer, clock, told: association.closed }
  },
  'Sta13, after A-ABORT': async (): Promise<Reached> => {
    const { peer, clock, association } = await established()
    association.abort()
    await peer.expect('A-ABORT')
    return { peer, clock, told: association.closed }
  },
}

/** In Sta6, and nobody answers a release. */
async function established() {
  const { peer, clock, indication } = await connected()
  peer.send(request)
  const pending = await indication
  const association = await pending.accept(negotiate(pending.request))
  const asked = Promise.withResolvers<undefined>()
  association.receive({
    fragment: () => undefined,
    releaseRequested: () => {
      asked.resolve(undefined)
    },
    ended: () => undefined,
  })
  await peer.expect('A-ASSOCIATE-AC')
  const told = association.ended.then((end) => (end.kind === 'aborted' ? end.error : end))
  return { peer, clock, association, told, releaseRequested: asked.promise }
}

const open = ['Sta2', 'Sta3', 'Sta6', 'Sta8'] as const
const closing = ['Sta13, after A-ASSOCIATE-RJ', 'Sta13, after A-RELEASE-RP', 'Sta13, after A-ABORT'] as const

const wrong = [
  // AA-1: PS3.8 has the service-user abort here.
  ...aborts(['A-ASSOCIATE-RQ'], { unexpected: [0, 0], unknown: [0, 0], malformed: [0, 0] }).map(
    (row) => ['Sta2', ...row] as const,
  ),
  ...aborts([], byProvider).map((row) => ['Sta3', ...row] as const),
  ...aborts(['P-DATA-TF', 'A-RELEASE-RQ'], byProvider).map((row) => ['Sta6', ...row] as const),
  ...aborts([], byProvider).map((row) => ['Sta8', ...row] as const),
]

describe('over a real socket', () => {
  it.each(wrong)('in %s: %s is answered with A-ABORT %j', async (state, arrival, [source, reason]) => {
    const { peer, clock, told } = await reach[state]()
    peer.send(arrivals[arrival])
    expect(await peer.next()).toEqual({ type: 'A-ABORT', source, reason })
    const error = await told
    expect(error).toBeInstanceOf(Error)
    if (unexpected.includes(arrival)) {
      // Before there is an association it is the error itself.
      const why = error instanceof UnexpectedPduError ? error : (error as Error).cause
      expect(why).toMatchObject({
        code: 'DCM_UNEXPECTED_PDU',
        message: expect.stringContaining(`${arrival} PDU received in ${state}: `) as string,
      })
    }
    // The peer ought to close; ARTIM does it in its place.
    expect(clock.remainingMs).toEqual([30_000])
    clock.advance(30_000)
    await peer.expectClosed()
    expect(clock.pending).toBe(0)
  })

  // AA-6: ignored. AA-7: answered.
  const ignored: readonly Arrival[] = [
    'A-ASSOCIATE-AC',
    'A-ASSOCIATE-RJ',
    'P-DATA-TF',
    'A-RELEASE-RQ',
    'A-RELEASE-RP',
  ]
  const late = closing.flatMap((state) => aborts(ignored, byProvider).map((row) => [state, ...row] as const))

  it.each(late)('in %s: %s is answered with A-ABORT %j', async (state, arrival, [source, reason]) => {
    const { peer, clock, told } = await reach[state]()
    peer.send(arrivals[arrival])
    expect(await peer.next()).toEqual({ type: 'A-ABORT', source, reason })
    clock.advance(30_000)
    await peer.expectClosed()
    await told
    expect(clock.pending).toBe(0)
  })

  it.each(closing)('in %s: what else may come is ignored, and ARTIM goes on', async (state) => {
    const { peer, clock, told } = await reach[state]()
    clock.advance(10_000)
    for (const arrival of ignored) peer.send(arrivals[arrival])
    // What answers this shows that all before was read.
    peer.send(arrivals['A-ASSOCIATE-RQ'])
    expect(await peer.next()).toEqual({ type: 'A-ABORT', source: 2, reason: 2 })
    expect(clock.remainingMs).toEqual([20_000])
    clock.advance(20_000)
    await peer.expectClosed()
    await told
  })

  it.each([...open, ...closing])('in %s: an A-ABORT is the end, without an answer', async (state) => {
    const { peer, clock, told } = await reach[state]()
    peer.send({ type: 'A-ABORT', source: 0, reason: 0 })
    await peer.expectClosed()
    await told
    expect(clock.pending).toBe(0)
  })

  it.each([...open, ...closing])('in %s: the peer’s FIN is the end, without an answer', async (state) => {
    const { peer, clock, told } = await reach[state]()
    peer.end()
    await peer.expectClosed()
    await told
    expect(clock.pending).toBe(0)
  })

  it.each([...open, ...closing])('in %s: a reset is the end', async (state) => {
    const { peer, clock, told } = await reach[state]()
    const { stream } = peer.connection
    if (!(stream instanceof Socket)) throw new Error('a TCP connection has a socket')
    stream.resetAndDestroy()
    await told
    expect(clock.pending).toBe(0)
  })

  it.each(open)('in %s: half a PDU and a FIN is the end', async (state) => {
    const { peer, clock, told } = await reach[state]()
    peer.send(arrivals['A-ASSOCIATE-RQ'].subarray(0, 50))
    peer.end()
    await peer.expectClosed()
    expect(await told).toBeInstanceOf(Error)
    expect(clock.pending).toBe(0)
  })
})
