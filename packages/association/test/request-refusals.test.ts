import { once } from 'node:events'
import { receiveAssociation } from '@dcm/association'
import { type AssociateRq, encodePdu } from '@dcm/pdu'
import { FakeClock, memoryPair, ScriptedPeer } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { received } from './association-pdus.ts'
import { listen, negotiate, pdv, request } from './conversation.ts'

/** What comes of a request at an acceptor. */
function asked(bytes: Uint8Array) {
  const clock = new FakeClock()
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  const indication = receiveAssociation(ours, { clock })
  indication.catch(() => undefined)
  peer.send(bytes)
  return { clock, peer, indication }
}

const calledAt = 10
const callingAt = 26
const itemsAt = 74

function withTitle(at: number, title: string): Uint8Array {
  const changed = Buffer.from(encodePdu(request))
  changed.write(title, at, 16, 'latin1')
  return changed
}

/** The items of a request, each whole. */
function itemsOf(pdu: Uint8Array): Buffer[] {
  const bytes = Buffer.from(pdu)
  const items: Buffer[] = []
  for (let at = itemsAt; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt16BE(at + 2)
    items.push(bytes.subarray(at, end))
    at = end
  }
  return items
}

/** The request with other items, and the length that fits them. */
function withItems(change: (items: Buffer[]) => readonly Uint8Array[]): Uint8Array {
  const bytes = encodePdu(request)
  const changed = Buffer.concat([bytes.subarray(0, itemsAt), ...change(itemsOf(bytes))])
  changed.writeUInt32BE(changed.length - 6, 2)
  return changed
}

const without = (itemType: number) => withItems((items) => items.filter((item) => item[0] !== itemType))

/** With the same presentation context once more, under this id. */
const withSecondContext = (presentationContextId: number) =>
  withItems((items) =>
    items.flatMap((item) => {
      if (item[0] !== 0x20) return [item]
      const second = Buffer.from(item)
      second.writeUInt8(presentationContextId, 4)
      return [item, second]
    }),
  )

const withContextName = (name: string) =>
  withItems(([, ...rest]) => [Buffer.from([0x10, 0, 0, name.length]), Buffer.from(name), ...rest])

describe('a request that the provider refuses', () => {
  const spaces = ' '.repeat(16)
  const backslash = String.raw`ARC\HIVE`.padEnd(16)
  const changes = (change: Partial<AssociateRq>) => encodePdu({ ...request, ...change })
  const version = { result: 1, source: 2, reason: 2 }
  const context = { result: 1, source: 1, reason: 2 }
  const calling = { result: 1, source: 1, reason: 3 }
  const called = { result: 1, source: 1, reason: 7 }

  it.each([
    ['protocol version 0', changes({ protocolVersion: 0 }), version],
    ['protocol version 2 without 1', changes({ protocolVersion: 2 }), version],
    ['another application context', changes({ applicationContextName: received('1.2.3') }), context],
    ['an application context of nonsense', withContextName('x'), context],
    ['an empty application context', withContextName(''), context],
    ['a called AE title of spaces', withTitle(calledAt, spaces), called],
    ['a called AE title of NULs', withTitle(calledAt, '\0'.repeat(16)), called],
    ['a called AE title with a backslash', withTitle(calledAt, backslash), called],
    ['a called AE title with a line feed', withTitle(calledAt, 'A\nB'.padEnd(16)), called],
    ['a calling AE title of spaces', withTitle(callingAt, spaces), calling],
    ['a calling AE title of NULs', withTitle(callingAt, '\0'.repeat(16)), calling],
    ['a calling AE title with a backslash', withTitle(callingAt, backslash), calling],
    ['a calling AE title beyond ASCII', withTitle(callingAt, 'MÜNCHEN'.padEnd(16)), calling],
  ])('for %s is answered with an A-ASSOCIATE-RJ', async (_, sent, rejection) => {
    const { clock, peer, indication } = asked(sent)
    expect(await peer.next()).toEqual({ type: 'A-ASSOCIATE-RJ', ...rejection })
    await expect(indication).rejects.toMatchObject({ name: 'AssociationRejectedError', ...rejection })
    clock.advance(30_000)
    await peer.expectClosed()
    expect(clock.pending).toBe(0)
  })

  it.each([
    ['an even context id', withSecondContext(4), 'DCM_PDU_CONTEXT_ID'],
    ['context id 0', withSecondContext(0), 'DCM_PDU_CONTEXT_ID'],
    ['a context id twice', withSecondContext(1), 'DCM_PDU_CONTEXT_ID'],
    ['no user information', without(0x50), 'DCM_PDU_ITEM_MISSING'],
    ['no presentation context', without(0x20), 'DCM_PDU_ITEM_MISSING'],
    ['no application context', without(0x10), 'DCM_PDU_ITEM_MISSING'],
  ])('for %s is answered with an A-ABORT', async (_, sent, code) => {
    const { clock, peer, indication } = asked(sent)
    expect(await peer.next()).toEqual({ type: 'A-ABORT', source: 0, reason: 0 })
    await expect(indication).rejects.toMatchObject({ name: 'PduDecodeError', code })
    clock.advance(30_000)
    await peer.expectClosed()
    expect(clock.pending).toBe(0)
  })
})

describe('an A-ASSOCIATE-AC', () => {
  it.each([
    ['titles padded with spaces', ''],
    ['titles padded with NULs, one indented, and reserved bytes that are not zero', 'odd'],
  ])('returns bytes 11 to 74 of a request with %s (PS3.8 Table 9-17)', async (_, odd) => {
    const sent = Buffer.from(encodePdu(request))
    if (odd) {
      sent.write('  SCP\0\0\0\0', calledAt, 'latin1')
      sent.write('SCU\0\0\0\0', callingAt, 'latin1')
      sent.fill(0x5a, 42, 74)
    }
    const [ours, theirs] = memoryPair()
    const answered = once(theirs.stream, 'data') as Promise<[Buffer]>
    theirs.stream.write(sent)
    const pending = await receiveAssociation(ours, { clock: new FakeClock() })
    expect([pending.calledAeTitle, pending.callingAeTitle]).toEqual(['SCP', 'SCU'])
    const association = await pending.accept(negotiate(pending.request))
    const [answer] = await answered
    expect(answer.subarray(0, 1).toString('hex')).toBe('02')
    expect(answer.subarray(10, 74)).toEqual(sent.subarray(10, 74))
    association.abort()
  })
})

describe('a request with an empty user information', () => {
  it('is accepted: no sub-item is missed that we need', async () => {
    const { peer, indication } = asked(encodePdu({ ...request, userInformation: {} }))
    const pending = await indication
    const association = await pending.accept(negotiate(pending.request))
    await peer.expect('A-ASSOCIATE-AC')
    expect(association.facts.peerMaximumLength).toBe(0)
    association.abort()
  })
})

describe('a peer that announces a maximum length', () => {
  async function announcing(maximumLength: number) {
    const { peer, indication } = asked(encodePdu({ ...request, userInformation: { maximumLength } }))
    const pending = await indication
    const association = await pending.accept(negotiate(pending.request))
    listen(association)
    await peer.expect('A-ASSOCIATE-AC')
    expect(association.facts.peerMaximumLength).toBe(maximumLength)
    return { peer, association }
  }

  it.each([
    [0, 200_000],
    [128, 122],
    [129, 123],
    [0xffffffff, 200_000],
  ])('of %i bytes is sent a PDV of %i', async (maximumLength, bytesOfPdv) => {
    const { peer, association } = await announcing(maximumLength)
    association.send(pdv('x'.repeat(bytesOfPdv)))
    expect((await peer.expect('PDV')).data).toHaveLength(bytesOfPdv)
    association.abort()
  })

  it.each([
    [1, 0],
    [5, 0],
    [6, 1],
    [128, 123],
    [16_384, 16_379],
  ])('of %i bytes is not sent a PDV of %i', async (maximumLength, bytesOfPdv) => {
    const { peer, association } = await announcing(maximumLength)
    expect(() => association.send(pdv('x'.repeat(bytesOfPdv)))).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_PDV_TOO_LONG' }),
    )
    await peer.expectNothing()
    // The association is as it was.
    peer.send({ type: 'A-RELEASE-RQ' })
    await peer.expect('A-RELEASE-RP')
    expect(await association.ended).toEqual({ kind: 'released' })
  })

  it('is not sent a PDV on a context that was not accepted', async () => {
    const { peer, association } = await announcing(0)
    expect(() => association.send(pdv('x', 3))).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_CONTEXT_NOT_ACCEPTED' }),
    )
    await peer.expectNothing()
    association.abort()
  })
})
