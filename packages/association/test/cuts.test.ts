import {
  type Association,
  type AssociationEnd,
  receiveAssociation,
  requestAssociation,
} from '@dcm/association'
import { FakeClock, settled, Wire, type WireOptions } from '@dcm/testkit'
import type { Connection, ConnectionRole } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { negotiate, pdv, wanted } from './conversation.ts'

/** How one side of a conversation fared. */
interface Side {
  /** What the receiver was told, in order. */
  readonly said: string[]
  readonly ends: AssociationEnd[]
  /** Why there was no association. */
  failure: Error | undefined
  over: boolean
}

function converseOn(side: Side, association: Association, heard: () => void): Promise<undefined> {
  association.receive({
    fragment: ({ data, endOfPdv }) => {
      side.said.push(Buffer.from(data).toString())
      if (endOfPdv) heard()
    },
    releaseRequested: () => {
      association.respondRelease()
    },
    ended: (end) => side.ends.push(end),
  })
  return association.closed
}

/** Asks, sends a question, waits for its answer, releases. */
async function request(connection: Connection, clock: FakeClock, side: Side): Promise<void> {
  const association = await requestAssociation(connection, wanted, { clock })
  const released = Promise.withResolvers<unknown>()
  const closed = converseOn(side, association, () => {
    released.resolve(association.release())
  })
  association.send(pdv('how are you?'))
  try {
    await Promise.race([closed, released.promise])
  } finally {
    await closed
  }
}

async function accept(connection: Connection, clock: FakeClock, side: Side): Promise<void> {
  const indication = await receiveAssociation(connection, { clock })
  const association = await indication.accept(negotiate(indication.request))
  await converseOn(side, association, () => association.send(pdv('well')))
}

/** The whole conversation over this wire, and how far the clock had to be moved for it to be over. */
async function converse(options: WireOptions) {
  const clock = new FakeClock()
  const wire = new Wire(options)
  const sides: Record<ConnectionRole, Side> = { requestor: newSide(), acceptor: newSide() }
  const watch = (role: ConnectionRole, talk: typeof request): void => {
    const side = sides[role]
    void talk(wire[role], clock, side)
      .catch((error: unknown) => (side.failure = error as Error))
      .finally(() => (side.over = true))
  }
  watch('acceptor', accept)
  watch('requestor', request)
  await settled(12)
  while (!(sides.requestor.over && sides.acceptor.over) && clock.now() < 300_000) {
    clock.advance(30_000)
    await settled()
  }
  const sentBytes = { requestor: wire.sentBytes('requestor'), acceptor: wire.sentBytes('acceptor') }
  const destroyed = wire.requestor.stream.destroyed && wire.acceptor.stream.destroyed
  wire.destroy()
  return { ...sides, sentBytes, destroyed, pending: clock.pending, passedMs: clock.now() }
}

function newSide(): Side {
  return { said: [], ends: [], failure: undefined, over: false }
}

/** An end is told once; where there was none, there was no association. */
function expectSettled(side: Side, heard: string): void {
  expect(side.over).toBe(true)
  expect(side.ends.length).toBeLessThanOrEqual(1)
  expect(heard.startsWith(side.said.join(''))).toBe(true)
  const [end] = side.ends
  if (!end) expect(side.failure).toBeDefined()
  if (end?.kind === 'released') expect(side.failure).toBeUndefined()
}

describe('a conversation', () => {
  it('ends in a release on both sides, and takes no time', async () => {
    const { requestor, acceptor, pending, passedMs, destroyed } = await converse({})
    expect(requestor).toMatchObject({ said: ['well'], ends: [{ kind: 'released' }] })
    expect(acceptor).toMatchObject({ said: ['how are you?'], ends: [{ kind: 'released' }] })
    expect({ pending, passedMs, destroyed }).toEqual({ pending: 0, passedMs: 0, destroyed: true })
  })

  const kinds = ['end', 'reset', 'silence'] as const
  const cuts = (['requestor', 'acceptor'] as const).flatMap((role) => kinds.map((kind) => ({ role, kind })))

  it.each(cuts)(
    'settles both sides whichever byte of the $role is followed by $kind',
    async ({ role, kind }) => {
      const whole = (await converse({})).sentBytes[role]
      for (let afterBytes = 0; afterBytes < whole; afterBytes++) {
        const after = await converse({ cut: { role, afterBytes, kind } })
        expectSettled(after.requestor, 'well')
        expectSettled(after.acceptor, 'how are you?')
        expect(after, `after ${String(afterBytes)} bytes`).toMatchObject({ pending: 0, destroyed: true })
        // The side that was not heard to the end cannot have been released by the other.
        const deaf = role === 'requestor' ? after.acceptor : after.requestor
        expect(deaf.ends.map((end) => end.kind)).not.toContain('released')
        if (kind !== 'silence') expect(after.passedMs).toBe(0)
      }
    },
  )

  it.each(['requestor', 'acceptor'] as const)(
    'in single bytes is the same after any of the %s',
    async (role) => {
      const whole = (await converse({})).sentBytes[role]
      for (let afterBytes = 0; afterBytes < whole; afterBytes += 7) {
        const after = await converse({ chunkBytes: 1, cut: { role, afterBytes, kind: 'reset' } })
        expectSettled(after.requestor, 'well')
        expectSettled(after.acceptor, 'how are you?')
        expect(after.pending).toBe(0)
      }
    },
  )
})
