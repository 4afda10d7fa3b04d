import {
  type Association,
  type AssociationOptions,
  receiveAssociation,
  requestAssociation,
} from '@dcm/association'
import { FakeClock, memoryPair, ScriptedPeer, settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { answer, listen, negotiate, pdv, request, wanted } from './conversation.ts'

async function unheardRequestor(options: AssociationOptions = {}) {
  const clock = new FakeClock()
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  peer.send(answer)
  const association = await requestAssociation(ours, wanted, { ...options, clock })
  await peer.expect('A-ASSOCIATE-RQ')
  return { clock, peer, association }
}

async function unheardAcceptor(options: AssociationOptions = {}) {
  const clock = new FakeClock()
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  peer.send(request)
  const pending = await receiveAssociation(ours, { ...options, clock })
  const association = await pending.accept(negotiate(pending.request))
  await peer.expect('A-ASSOCIATE-AC')
  return { clock, peer, association }
}

async function heard<Side extends { readonly association: Association }>(side: Promise<Side>) {
  const settledSide = await side
  return { ...settledSide, heard: listen(settledSide.association) }
}

const unheard = { requestor: unheardRequestor, acceptor: unheardAcceptor }
const sides = {
  requestor: (options?: AssociationOptions) => heard(unheardRequestor(options)),
  acceptor: (options?: AssociationOptions) => heard(unheardAcceptor(options)),
}
const roles = ['requestor', 'acceptor'] as const

describe.each(roles)('an association of the %s that nobody listened to', (role) => {
  it('is released', async () => {
    const { clock, peer, association } = await unheard[role]()
    const released = association.release()
    await peer.expect('A-RELEASE-RQ')
    peer.send(pdv('nobody wants it'))
    peer.send({ type: 'A-RELEASE-RP' })
    await released
    await association.closed
    expect(clock.pending).toBe(0)
  })

  it('is released when the peer has asked for it meanwhile', async () => {
    const { clock, peer, association } = await unheard[role]()
    peer.send({ type: 'A-RELEASE-RQ' })
    await settled()
    const released = association.release()
    await peer.expect('A-RELEASE-RQ')
    if (role === 'requestor') {
      await peer.expect('A-RELEASE-RP')
      peer.send({ type: 'A-RELEASE-RP' })
    } else {
      peer.send({ type: 'A-RELEASE-RP' })
      await peer.expect('A-RELEASE-RP')
      peer.end()
    }
    await released
    await association.closed
    expect(clock.pending).toBe(0)
  })
})

describe.each(roles)('a release by the %s', (role) => {
  it('takes data until it is confirmed (Sta7)', async () => {
    const { clock, peer, association, heard } = await sides[role]()
    const released = association.release()
    await peer.expect('A-RELEASE-RQ')
    peer.send(pdv('one more'))
    peer.send({ type: 'A-RELEASE-RP' })
    await released
    await association.closed
    expect(heard).toEqual({ data: ['one more'], end: { kind: 'released' } })
    expect(clock.pending).toBe(0)
  })

  it('reads on only when who held the reading back does', async () => {
    const { peer, association, heard } = await sides[role]()
    association.pause()
    const released = association.release()
    await peer.expect('A-RELEASE-RQ')
    peer.send(pdv('one more'))
    peer.send({ type: 'A-RELEASE-RP' })
    await settled()
    expect(heard).toEqual({ data: [], end: undefined })
    association.resume()
    await released
    expect(heard.data).toEqual(['one more'])
  })

  it('ends the stream before it closes it, for the goodbye of a security layer', async () => {
    const { peer, association } = await sides[role]()
    const released = association.release()
    await peer.expect('A-RELEASE-RQ')
    peer.send({ type: 'A-RELEASE-RP' })
    await released
    await association.closed
    expect(association.connection.stream.writableFinished).toBe(true)
  })

  it('is one, however often it is asked for', async () => {
    const { peer, association } = await sides[role]()
    const releases = [association.release(), association.release()]
    await peer.expect('A-RELEASE-RQ')
    await peer.expectNothing()
    peer.send({ type: 'A-RELEASE-RP' })
    await Promise.all([...releases, association.release()])
    expect(() => association.send(pdv('late'))).toThrow('the association was released')
  })

  it('forbids to send, but not to abort', async () => {
    const { peer, association } = await sides[role]()
    const released = association.release()
    await peer.expect('A-RELEASE-RQ')
    expect(() => association.send(pdv('late'))).toThrow(expect.objectContaining({ code: 'DCM_WRONG_STATE' }))
    association.abort()
    await expect(released).rejects.toMatchObject({ code: 'DCM_ABORTED', source: 0 })
    expect(await peer.next()).toEqual({ type: 'A-ABORT', source: 0, reason: 0 })
  })

  it('is not waited for beyond its timer', async () => {
    const { clock, peer, association } = await sides[role]({ releaseResponseTimeoutMs: 300 })
    const released = association.release()
    await peer.expect('A-RELEASE-RQ')
    clock.advance(300)
    await expect(released).rejects.toMatchObject({ cause: { timer: 'release-response', timeoutMs: 300 } })
    await peer.expect('A-ABORT')
    clock.advance(30_000)
    await association.closed
    expect(clock.pending).toBe(0)
  })

  it.each([
    [
      'an A-ABORT',
      (peer: ScriptedPeer) => {
        peer.send({ type: 'A-ABORT', source: 0, reason: 0 })
      },
      'DCM_ABORTED_BY_PEER',
    ],
    [
      'a close',
      (peer: ScriptedPeer) => {
        peer.end()
      },
      'DCM_CONNECTION_LOST',
    ],
    [
      'a reset',
      (peer: ScriptedPeer) => {
        peer.cut()
      },
      'DCM_CONNECTION_LOST',
    ],
    [
      'a request',
      (peer: ScriptedPeer) => {
        peer.send(request)
      },
      'DCM_ABORTED',
    ],
  ] as const)('answered with %s rejects', async (_, answers, code) => {
    const { clock, peer, association } = await sides[role]()
    const released = association.release()
    await peer.expect('A-RELEASE-RQ')
    answers(peer)
    await expect(released).rejects.toMatchObject({ code })
    clock.advance(30_000)
    await association.closed
    expect(clock.pending).toBe(0)
  })

  it('that the peer asks for is answered when the user says so, and then only', async () => {
    const { clock, peer, association } = await unheard[role]()
    association.respondRelease()
    await peer.expectNothing()
    association.receive({
      fragment: () => undefined,
      releaseRequested: () => undefined,
      ended: () => undefined,
    })
    expect(association.releaseRequested).toBe(false)
    peer.send({ type: 'A-RELEASE-RQ' })
    await settled()
    expect(association.releaseRequested).toBe(true)
    association.send(pdv('the last word'))
    expect((await peer.expect('PDV')).data.toString()).toBe('the last word')
    await peer.expectNothing()
    // Answering and asking come to the same here.
    const released = association.release()
    await peer.expect('A-RELEASE-RP')
    await released
    association.respondRelease()
    peer.end()
    await association.closed
    expect(clock.pending).toBe(0)
  })
})

describe('a release collision', () => {
  it('lets the requestor answer first (Sta9, Sta11)', async () => {
    const { clock, peer, association, heard } = await sides.requestor()
    const released = association.release()
    await peer.expect('A-RELEASE-RQ')
    peer.send({ type: 'A-RELEASE-RQ' })
    await peer.expect('A-RELEASE-RP')
    expect(association.over).toBe(false)
    expect(association.releaseRequested).toBe(false)
    association.respondRelease()
    await peer.expectNothing()
    peer.send({ type: 'A-RELEASE-RP' })
    await released
    await peer.expectClosed()
    expect(heard.end).toEqual({ kind: 'released' })
    expect(clock.pending).toBe(0)
  })

  it('lets the acceptor answer when it has been answered (Sta10, Sta12)', async () => {
    const { clock, peer, association, heard } = await sides.acceptor()
    const released = association.release()
    await peer.expect('A-RELEASE-RQ')
    peer.send({ type: 'A-RELEASE-RQ' })
    await peer.expectNothing()
    peer.send({ type: 'A-RELEASE-RP' })
    await peer.expect('A-RELEASE-RP')
    await released
    peer.end()
    await peer.expectClosed()
    expect(heard.end).toEqual({ kind: 'released' })
    expect(clock.pending).toBe(0)
  })

  it.each(roles)('that goes no further ends by the %s’s timer', async (role) => {
    const { clock, peer, association } = await sides[role]()
    const released = association.release()
    await peer.expect('A-RELEASE-RQ')
    peer.send({ type: 'A-RELEASE-RQ' })
    await settled()
    clock.advance(30_000)
    await expect(released).rejects.toMatchObject({ cause: { timer: 'release-response' } })
    clock.advance(30_000)
    await association.closed
    expect(clock.pending).toBe(0)
  })

  it.each(roles)('with data behind it is an unexpected PDU to the %s', async (role) => {
    const { peer, association } = await sides[role]()
    const released = association.release()
    await peer.expect('A-RELEASE-RQ')
    peer.send({ type: 'A-RELEASE-RQ' })
    peer.send(pdv('late'))
    await expect(released).rejects.toMatchObject({ code: 'DCM_ABORTED', source: 2, reason: 2 })
  })

  it('between two machines is untied', async () => {
    const clock = new FakeClock()
    const [one, other] = memoryPair()
    const accepting = receiveAssociation(other, { clock }).then((pending) =>
      pending.accept(negotiate(pending.request)),
    )
    const both: Association[] = [await requestAssociation(one, wanted, { clock }), await accepting]
    const heard = both.map(listen)
    // Neither hears the other before both have asked.
    for (const { stream } of [one, other]) stream.cork()
    const released = Promise.all(both.map((association) => association.release()))
    for (const { stream } of [one, other]) stream.uncork()
    await released
    await Promise.all(both.map((association) => association.closed))
    expect(heard.map(({ end }) => end)).toEqual([{ kind: 'released' }, { kind: 'released' }])
    expect(clock.pending).toBe(0)
  })
})
