import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type Association, receiveAssociation, requestAssociation } from '@dcm/association'
import { FakeClock, memoryPair, ScriptedPeer, settled } from '@dcm/testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { listen, negotiate, pdv, request, wanted } from './conversation.ts'

const names = ['dcm:association:transition', 'dcm:association:pdu', 'dcm:association:error'] as const
const stops: (() => void)[] = []

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** What is published from now on, in order. */
function published(...channels: readonly (typeof names)[number][]): unknown[] {
  const seen: unknown[] = []
  const onMessage = (message: unknown): void => {
    seen.push(message)
  }
  for (const name of channels) {
    subscribe(name, onMessage)
    stops.push(() => unsubscribe(name, onMessage))
  }
  return seen
}

const userIdentity = {
  userIdentityType: 2,
  positiveResponseRequested: true,
  primaryField: Buffer.from('alice'),
  secondaryField: Buffer.from('sesame'),
}
/** In each way that a dump might show them. */
const secrets = /alice|sesame|ticket|616c696365|736573616d65|7469636b6574|97,108,105|115,101,115|116,105,99/

async function accepted(): Promise<{ peer: ScriptedPeer; association: Association; clock: FakeClock }> {
  const clock = new FakeClock()
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  peer.send({ ...request, userInformation: { ...request.userInformation, userIdentity } })
  const pending = await receiveAssociation(ours, { clock })
  const userIdentityResponse = Buffer.from('ticket')
  const association = await pending.accept(negotiate(pending.request), { userIdentityResponse })
  listen(association)
  await peer.expect('A-ASSOCIATE-AC')
  return { peer, association, clock }
}

describe('the diagnostics channels', () => {
  it('publish every transition', async () => {
    const seen = published('dcm:association:transition')
    const { peer, association } = await accepted()
    peer.send(pdv('hello'))
    await settled()
    association.send(pdv('world'))
    peer.send({ type: 'A-RELEASE-RQ' })
    await peer.expect('PDV')
    await peer.expect('A-RELEASE-RP')
    peer.end()
    await association.closed
    const associationId = association.id
    expect(seen).toEqual([
      { associationId, state: 'Sta1', event: 'Evt5', action: 'AE-5', next: 'Sta2' },
      { associationId, state: 'Sta2', event: 'Evt6', action: 'AE-6', next: 'Sta3' },
      { associationId, state: 'Sta3', event: 'Evt7', action: 'AE-7', next: 'Sta6' },
      { associationId, state: 'Sta6', event: 'Evt10', action: 'DT-2', next: 'Sta6' },
      { associationId, state: 'Sta6', event: 'Evt9', action: 'DT-1', next: 'Sta6' },
      { associationId, state: 'Sta6', event: 'Evt12', action: 'AR-2', next: 'Sta8' },
      { associationId, state: 'Sta8', event: 'Evt14', action: 'AR-4', next: 'Sta13' },
      { associationId, state: 'Sta13', event: 'Evt17', action: 'AR-5', next: 'Sta1' },
    ])
  })

  it('publish every PDU as a line', async () => {
    const seen = published('dcm:association:pdu')
    const { peer, association } = await accepted()
    association.send(pdv('world!'))
    await peer.expect('PDV')
    peer.send(pdv('hello'))
    peer.send({ type: 'A-RELEASE-RQ' })
    await peer.expect('A-RELEASE-RP')
    const associationId = association.id
    expect(seen).toEqual([
      { associationId, direction: 'received', summary: 'A-ASSOCIATE-RQ SCU -> SCP, 1 presentation contexts' },
      { associationId, direction: 'sent', summary: 'A-ASSOCIATE-AC 1 of 1 presentation contexts accepted' },
      { associationId, direction: 'sent', summary: 'P-DATA-TF 12 bytes' },
      { associationId, direction: 'received', summary: 'P-DATA-TF 11 bytes' },
      { associationId, direction: 'received', summary: 'A-RELEASE-RQ' },
      { associationId, direction: 'sent', summary: 'A-RELEASE-RP' },
    ])
  })

  it('publish the other side’s view of the same, and a rejection', async () => {
    const seen = published(...names)
    const [ours, theirs] = memoryPair()
    const peer = new ScriptedPeer(theirs)
    const association = requestAssociation(ours, wanted, { clock: new FakeClock() })
    await peer.expect('A-ASSOCIATE-RQ')
    peer.send({ type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 })
    await expect(association).rejects.toMatchObject({ code: 'DCM_REJECTED' })
    expect(seen).toMatchObject([
      { state: 'Sta1', event: 'Evt1', action: 'AE-1', next: 'Sta4' },
      { state: 'Sta4', event: 'Evt2', action: 'AE-2', next: 'Sta5' },
      { direction: 'sent', summary: 'A-ASSOCIATE-RQ SCU -> SCP, 1 presentation contexts' },
      {
        direction: 'received',
        summary: 'A-ASSOCIATE-RJ rejected-permanent, service-user, called-AE-title-not-recognized',
      },
      { state: 'Sta5', event: 'Evt4', action: 'AE-4', next: 'Sta1' },
    ])
  })

  it.each([
    [
      'our abort',
      'DCM_ABORTED',
      (_: ScriptedPeer, association: Association) => {
        association.abort(new Error('enough'))
      },
    ],
    [
      'the peer’s',
      'DCM_ABORTED_BY_PEER',
      (peer: ScriptedPeer) => {
        peer.send({ type: 'A-ABORT', source: 2, reason: 0 })
      },
    ],
    [
      'a lost connection',
      'DCM_CONNECTION_LOST',
      (peer: ScriptedPeer) => {
        peer.cut()
      },
    ],
    [
      'bytes that are no PDU',
      'DCM_ABORTED',
      (peer: ScriptedPeer) => {
        peer.send(Buffer.from('sesame'))
      },
    ],
  ] as const)('publish %s as the error it ended by, once', async (_, code, end) => {
    const seen = published('dcm:association:error')
    const { peer, association } = await accepted()
    end(peer, association)
    const ended = await association.ended
    if (ended.kind !== 'aborted') throw new Error(ended.kind)
    expect(ended.error.code).toBe(code)
    expect(seen).toEqual([{ associationId: association.id, error: ended.error }])
  })

  it('publish no error for a release, nor for a probe that leaves without a word', async () => {
    const seen = published('dcm:association:error')
    const { peer, association } = await accepted()
    peer.send({ type: 'A-RELEASE-RQ' })
    await association.ended
    for (const leave of ['end', 'cut'] as const) {
      const [ours, theirs] = memoryPair()
      const probe = new ScriptedPeer(theirs)
      const indication = receiveAssociation(ours, { clock: new FakeClock() })
      probe[leave]()
      await expect(indication).rejects.toMatchObject({ code: 'DCM_NO_ASSOCIATION' })
    }
    expect(seen).toEqual([])
  })

  it('show no field of a user identity, in either direction, whatever ends it', async () => {
    const seen = published(...names)
    const { peer, association } = await accepted()
    peer.send({ ...request, userInformation: { ...request.userInformation, userIdentity } })
    await association.ended
    const shown = JSON.stringify(seen, (_, value: unknown) =>
      value instanceof Error ? `${value.message} ${JSON.stringify(value)}` : value,
    )
    expect(shown).toContain('A-ASSOCIATE-AC')
    expect(shown).not.toMatch(secrets)
  })

  it('cost nothing while nobody listens', async () => {
    const channels = names.map((name) => channel(name))
    const publish = channels.map((each) => vi.spyOn(each, 'publish'))
    const { peer, association } = await accepted()
    peer.send(pdv('hello'))
    await settled()
    association.send(pdv('world'))
    association.abort()
    await association.ended
    for (const spy of publish) {
      expect(spy).not.toHaveBeenCalled()
      spy.mockRestore()
    }
  })
})
