import { Duplex } from 'node:stream'
import {
  type AssociationIndication,
  type AssociationOptions,
  receiveAssociation,
  requestAssociation,
} from '@dcm/association'
import {
  encodePDataTf,
  encodePdu,
  implementationClassUid,
  implementationVersionName,
  ImplicitVRLittleEndian,
  parseUid,
  type Rejection,
} from '@dcm/pdu'
import { FakeClock, memoryPair, ScriptedPeer, settled } from '@dcm/testkit'
import type { Connection } from '@dcm/transport'
import { describe, expect, it, vi } from 'vitest'
import { answer, listen, negotiate, pdv, request, wanted } from './conversation.ts'

/** An acceptor under a clock of its own, and a scripted requestor. */
function acceptor(options: AssociationOptions & { readonly signal?: AbortSignal } = {}) {
  const clock = new FakeClock()
  const [ours, theirs] = memoryPair()
  const peer = new ScriptedPeer(theirs)
  const indication = receiveAssociation(ours, { ...options, clock })
  indication.catch(() => undefined)
  return { clock, peer, indication, connection: ours }
}

/** The same when the request has come. */
async function indicated(options: Parameters<typeof acceptor>[0] = {}) {
  const side = acceptor(options)
  side.peer.send(request)
  return { ...side, pending: await side.indication }
}

async function established(options: AssociationOptions = {}) {
  const side = await indicated(options)
  const association = await side.pending.accept(negotiate(side.pending.request))
  const got = listen(association)
  const answer = await side.peer.expect('A-ASSOCIATE-AC')
  return { ...side, association, got, answer }
}

describe('the acceptor', () => {
  it('answers with the negotiated contexts, our maximum length and our implementation', async () => {
    const { answer, association } = await established({ maximumLengthBytes: 65_536 })
    expect(answer.presentationContexts).toEqual([
      { presentationContextId: 1, result: 0, transferSyntax: ImplicitVRLittleEndian },
    ])
    expect(answer.userInformation.maximumLength).toBe(65_536)
    expect(answer.userInformation.implementationClassUid).toMatch(/^2\.25\.\d+$/)
    expect(answer.userInformation.implementationVersionName).toBeDefined()
    expect(association.facts.peerMaximumLength).toBe(16_384)
  })

  it.each([
    ['as answered where it was asked for', { invoked: 9, performed: 3 }, { invoked: 2, performed: 4 }],
    ['1 and 1 where it was answered but not asked for', undefined, { invoked: 1, performed: 1 }],
    ['never larger than asked for', { invoked: 1, performed: 1 }, { invoked: 1, performed: 1 }],
  ])('has a window %s', async (_, asked, inForce) => {
    const { peer, indication } = acceptor()
    const { userInformation } = request
    const window = asked && {
      asynchronousOperationsWindow: {
        maximumNumberOperationsInvoked: asked.invoked,
        maximumNumberOperationsPerformed: asked.performed,
      },
    }
    peer.send({ ...request, userInformation: { ...userInformation, ...window } })
    const pending = await indication
    const association = await pending.accept({
      ...negotiate(pending.request),
      userInformation: {
        asynchronousOperationsWindow: {
          maximumNumberOperationsInvoked: 4,
          maximumNumberOperationsPerformed: 2,
        },
      },
    })
    // The requestor invokes what the acceptor performs (PS3.7 D.3.3.3).
    expect(association.facts.asynchronousOperationsWindow).toEqual(inForce)
  })

  it('carries data both ways, and releases', async () => {
    const { peer, pending, association, got } = await established()
    expect(association.id).toBe(pending.id)
    peer.send(pdv('hello'))
    association.send(pdv('world'))
    expect((await peer.expect('PDV')).data.toString()).toBe('world')
    peer.send({ type: 'A-RELEASE-RQ' })
    await peer.expect('A-RELEASE-RP')
    peer.end()
    await association.closed
    expect(got).toEqual({ data: ['hello'], end: { kind: 'released' } })
  })

  it('tells on which accepted context a fragment came', async () => {
    const { peer, pending } = await indicated()
    const association = await pending.accept(negotiate(pending.request))
    const fragment = vi.fn()
    association.receive({ fragment, releaseRequested: () => undefined, ended: () => undefined })
    peer.send(pdv('hello'))
    await settled()
    expect(fragment).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ presentationContextId: 1 }),
      association.facts.contexts.get(1),
    )
  })

  it.each([
    ['a release', { type: 'A-RELEASE-RQ' }],
    ['an abort', { type: 'A-ABORT', source: 0, reason: 0 }],
    ['a loss', undefined],
  ] as const)('leaves no listeners on the connection after %s', async (_, last) => {
    const listenersOf = ({ stream }: Connection) =>
      stream.eventNames().map((event) => [event, stream.listenerCount(event)])
    const { peer, association, connection } = await established()
    if (last) peer.send(last)
    if (last?.type === 'A-RELEASE-RQ') await peer.expect('A-RELEASE-RP')
    peer.end()
    await association.closed
    expect(listenersOf(connection)).toEqual(listenersOf(memoryPair()[0]))
  })

  it('takes a conversation in pieces of one byte', async () => {
    const { peer, indication } = acceptor()
    peer.send(request, 1)
    const pending = await indication
    const got = listen(await pending.accept(negotiate(pending.request)))
    await peer.expect('A-ASSOCIATE-AC')
    peer.send(pdv('hello'), 1)
    peer.send({ type: 'A-RELEASE-RQ' }, 1)
    await peer.expect('A-RELEASE-RP')
    expect(got.data.join('')).toBe('hello')
  })

  it('knows no maximum length of a requestor that announces none', async () => {
    const { peer, indication } = acceptor()
    peer.send({ ...request, userInformation: { implementationClassUid } })
    const pending = await indication
    const { facts } = await pending.accept(negotiate(pending.request))
    expect(facts.peerMaximumLength).toBe(0)
  })

  it('rejects with what it is told, and closes after ARTIM', async () => {
    const { clock, peer, pending } = await indicated()
    pending.reject({ result: 2, source: 3, reason: 1 })
    expect(await peer.next()).toEqual({ type: 'A-ASSOCIATE-RJ', result: 2, source: 3, reason: 1 })
    expect(clock.pending).toBe(1)
    clock.advance(30_000)
    await pending.closed
    expect(clock.pending).toBe(0)
    await expect(pending.accept(negotiate(pending.request))).rejects.toThrow()
  })

  it('compiles no reason of another source', async () => {
    const { peer, pending } = await indicated()
    const wrong = (): void => {
      // @ts-expect-error: only the service-user knows AE titles (PS3.8 Table 9-21)
      pending.reject({ result: 1, source: 2, reason: 7 })
      // @ts-expect-error: congestion is the presentation layer's
      pending.reject({ result: 2, source: 1, reason: 4 })
    }
    expect(wrong).toBeTypeOf('function')
    pending.reject({ result: 1, source: 1, reason: 7 })
    await peer.expect('A-ASSOCIATE-RJ')
  })

  it('rejects as congested when nobody decides', async () => {
    const { clock, peer, pending } = await indicated({ decisionTimeoutMs: 500 })
    clock.advance(500)
    expect(await peer.next()).toEqual({ type: 'A-ASSOCIATE-RJ', result: 2, source: 3, reason: 1 })
    expect(pending.signal.reason).toMatchObject({ name: 'TimeoutError', timer: 'decision' })
    await expect(pending.accept(negotiate(pending.request))).rejects.toMatchObject({ timer: 'decision' })
  })

  it.each(['abort', 'reject'] as const)(
    'bears that who is told that nobody decided answers with %s',
    async (answer) => {
      const { clock, peer, pending } = await indicated({ decisionTimeoutMs: 500 })
      const answers = {
        abort: () => {
          pending.abort()
        },
        reject: () => {
          pending.reject({ result: 1, source: 1, reason: 1 })
        },
      }
      pending.signal.addEventListener('abort', answers[answer])
      clock.advance(500)
      expect((await peer.next())?.type).toBe(answer === 'abort' ? 'A-ABORT' : 'A-ASSOCIATE-RJ')
      await peer.expectNothing()
      expect(clock.pending).toBe(1)
    },
  )

  it('goes on waiting for a decision after a rejection that cannot be sent', async () => {
    const { clock, peer, pending } = await indicated({ decisionTimeoutMs: 500 })
    // As from JavaScript.
    const unsendable = { result: 1, source: 1, reason: 256 } as unknown as Rejection
    expect(() => {
      pending.reject(unsendable)
    }).toThrow(expect.objectContaining({ code: 'DCM_FIELD_RANGE' }) as Error)
    clock.advance(500)
    expect(await peer.next()).toEqual({ type: 'A-ASSOCIATE-RJ', result: 2, source: 3, reason: 1 })
  })

  it('sends no answer that it cannot keep', async () => {
    const { peer, pending } = await indicated()
    const negotiated = negotiate(pending.request)
    // As from JavaScript.
    const half = { ...negotiated, accepted: undefined } as unknown as typeof negotiated
    await expect(pending.accept(half)).rejects.toMatchObject({ name: 'UsageError', code: 'DCM_OPTION' })
    await peer.expectNothing()
    listen(await pending.accept(negotiated))
    await peer.expect('A-ASSOCIATE-AC')
  })

  it('lets an answer that cannot be sent be followed by one that can', async () => {
    const { peer, indication, clock } = acceptor()
    const userIdentity = {
      userIdentityType: 4,
      positiveResponseRequested: true,
      primaryField: Buffer.from('assertion'),
      secondaryField: new Uint8Array(0),
    }
    peer.send({ ...request, userInformation: { ...request.userInformation, userIdentity } })
    const pending = await indication
    const negotiated = negotiate(pending.request)
    const tooLong = { userIdentityResponse: new Uint8Array(65_533) }
    await expect(pending.accept(negotiated, tooLong)).rejects.toMatchObject({ code: 'DCM_ITEM_TOO_LONG' })
    expect(clock.pending).toBe(1)
    listen(await pending.accept(negotiated))
    await peer.expect('A-ASSOCIATE-AC')
    await expect(pending.accept(negotiated)).rejects.toMatchObject({ code: 'DCM_ANSWERED_TWICE' })
  })

  it.each([
    [1, ''],
    [2, ''],
    [3, 'ticket'],
    [4, 'ticket'],
    [5, 'ticket'],
  ])('answers user identity type %i with "%s"', async (userIdentityType, sent) => {
    const { peer, indication } = acceptor()
    const userIdentity = {
      userIdentityType,
      positiveResponseRequested: true,
      primaryField: Buffer.from('ann'),
      secondaryField: new Uint8Array(0),
    }
    peer.send({ ...request, userInformation: { ...request.userInformation, userIdentity } })
    const pending = await indication
    const userIdentityResponse = Buffer.from('ticket')
    listen(await pending.accept(negotiate(pending.request), { userIdentityResponse }))
    const { userInformation } = await peer.expect('A-ASSOCIATE-AC')
    expect(Buffer.from(userInformation.userIdentityResponse?.serverResponse ?? 'none').toString()).toBe(sent)
  })

  it('aborts instead of an answer', async () => {
    const { peer, pending } = await indicated()
    pending.abort(new Error('no'))
    expect(await peer.next()).toEqual({ type: 'A-ABORT', source: 0, reason: 0 })
    expect(pending.signal.reason).toMatchObject({ message: 'no' })
    // Too late, and harmless.
    pending.reject({ result: 1, source: 1, reason: 1 })
    await peer.expectNothing()
  })

  it.each([
    ['before', new Error('enough')],
    ['while', new Error('enough')],
    ['before', 'a text'],
    ['while', 'a text'],
    ['while', null],
  ] as const)('gives up when its signal fires %s it waits, with %s', async (when, reason) => {
    const controller = new AbortController()
    const clock = new FakeClock()
    const [ours, theirs] = memoryPair()
    const peer = new ScriptedPeer(theirs)
    if (when === 'before') controller.abort(reason)
    const indication = receiveAssociation(ours, { clock, signal: controller.signal })
    controller.abort(reason)
    await expect(indication).rejects.toBe(reason)
    await peer.expectClosed()
    expect(clock.pending).toBe(0)
  })

  it('forgets its signal when the request has come', async () => {
    const controller = new AbortController()
    const { peer, pending } = await indicated({ signal: controller.signal })
    controller.abort()
    listen(await pending.accept(negotiate(pending.request)))
    await peer.expect('A-ASSOCIATE-AC')
    await peer.expectNothing()
  })

  it('leaves no listeners on a connection that had gone before', async () => {
    const [ours] = memoryPair()
    ours.stream.destroy()
    await new Promise((resolve) => ours.stream.once('close', resolve))
    const counts = () => ours.stream.eventNames().map((event) => [event, ours.stream.listenerCount(event)])
    const before = counts()
    await expect(receiveAssociation(ours)).rejects.toMatchObject({
      code: 'DCM_NO_ASSOCIATION',
      origin: 'connection-lost',
    })
    expect(counts()).toEqual(before)
  })

  it.each([
    { maximumAssociatePduLengthBytes: 1 },
    { artimTimeoutMs: 0 },
    { idleTimeoutMs: Number.NaN },
    { pduTimeoutMs: 2_147_483_648 },
    { decisionTimeoutMs: Infinity },
    { maximumLengthBytes: -1 },
    { maximumLengthBytes: 1.5 },
    { maximumLengthBytes: 4_294_967_296 },
    { maximumLengthBytes: Number.NaN, maximumPDataLengthBytes: 65_536 },
    { maximumPendingBytes: -1 },
    { maximumPendingBytes: Number.NaN },
  ])('closes the connection when its options are out of range: %j', async (options) => {
    const [ours] = memoryPair()
    const indication = receiveAssociation(ours, options)
    await expect(indication).rejects.toMatchObject({
      name: 'UsageError',
      code: 'DCM_LIMIT_RANGE',
      message: expect.stringContaining(Object.keys(options)[0] ?? '') as string,
    })
    expect(ours.stream.destroyed).toBe(true)
  })

  it('tells the one who decides that the peer has left', async () => {
    const { peer, pending } = await indicated()
    peer.cut()
    await pending.closed
    expect(pending.signal.aborted).toBe(true)
    await expect(pending.accept(negotiate(pending.request))).rejects.toMatchObject({
      code: 'DCM_CONNECTION_LOST',
    })
  })
})

describe('ARTIM', () => {
  it('ends a connection that stays silent (Sta2)', async () => {
    const { clock, peer, indication } = acceptor({ artimTimeoutMs: 1_000 })
    await settled()
    clock.advance(999)
    await settled()
    expect(clock.pending).toBe(1)
    clock.advance(1)
    await peer.closed()
    await expect(indication).rejects.toMatchObject({ name: 'TimeoutError', timer: 'artim', timeoutMs: 1_000 })
    expect(clock.pending).toBe(0)
  })

  it('is not restarted by bytes that are no request yet', async () => {
    const { clock, peer, indication } = acceptor({ artimTimeoutMs: 1_000 })
    const bytes = encodePdu(request)
    for (let at = 0; at < 9; at++) {
      peer.send(bytes.subarray(at, at + 1))
      await settled()
      clock.advance(100)
    }
    clock.advance(100)
    await expect(indication).rejects.toMatchObject({ timer: 'artim' })
    await peer.closed()
  })

  it('runs again after the last PDU (Sta13)', async () => {
    const { clock, peer, association } = await established({ artimTimeoutMs: 1_000, idleTimeoutMs: 5_000 })
    peer.send({ type: 'A-RELEASE-RQ' })
    await peer.expect('A-RELEASE-RP')
    expect(clock.pending).toBe(1)
    clock.advance(1_000)
    await association.closed
    expect(clock.pending).toBe(0)
  })
})

describe('what ends an association', () => {
  const unexpected: [string, Uint8Array, object][] = [
    ['a second request', encodePdu(request), { source: 2, reason: 2 }],
    ['an unknown PDU', Buffer.from('ff0000000000', 'hex'), { source: 2, reason: 1 }],
    ['an A-RELEASE-RP', encodePdu({ type: 'A-RELEASE-RP' }), { source: 2, reason: 2 }],
    [
      'a PDV on no accepted context',
      Buffer.from('0400000000060000000203034142'.slice(0, 24), 'hex'),
      { source: 2, reason: 6 },
    ],
  ]
  it.each(unexpected)('%s: A-ABORT as provider', async (_, bytes, abort) => {
    const { peer, got, clock } = await established()
    peer.send(bytes)
    expect(await peer.next()).toEqual({ type: 'A-ABORT', ...abort })
    expect(got.end).toMatchObject({ kind: 'aborted', error: { origin: 'local', ...abort } })
    clock.advance(30_000)
    await peer.closed()
    expect(clock.pending).toBe(0)
  })

  it('the peer’s A-ABORT', async () => {
    const { peer, got, association } = await established()
    peer.send({ type: 'A-ABORT', source: 2, reason: 1 })
    await association.closed
    expect(got.end).toMatchObject({
      kind: 'aborted',
      error: { code: 'DCM_ABORTED_BY_PEER', origin: 'peer', source: 2, reason: 1 },
    })
  })

  it.each([new Error('enough'), undefined])('our A-ABORT, with the cause we gave: %s', async (cause) => {
    const { peer, association } = await established()
    association.abort(cause)
    expect(await peer.next()).toEqual({ type: 'A-ABORT', source: 0, reason: 0 })
    const end = await association.ended
    expect(end).toMatchObject({ kind: 'aborted', error: { code: 'DCM_ABORTED', origin: 'local' } })
    expect(end.kind === 'aborted' && end.error.cause).toBe(cause)
  })

  it('a PDV on a context that was not accepted', async () => {
    const { peer, association, got } = await established()
    peer.send(pdv('x', 3))
    expect(await peer.expect('A-ABORT')).toMatchObject({ source: 2, reason: 6 })
    expect(await association.ended).toMatchObject({
      error: {
        code: 'DCM_ABORTED',
        cause: {
          name: 'PdvError',
          code: 'DCM_CONTEXT_NOT_ACCEPTED',
          message: expect.stringContaining('context 3') as string,
        },
      },
    })
    expect(got.data).toEqual([])
  })

  it('the loss of the connection', async () => {
    const { peer, got, association, clock } = await established()
    peer.cut()
    await association.closed
    expect(got.end).toMatchObject({ kind: 'aborted', error: { code: 'DCM_CONNECTION_LOST' } })
    expect(clock.pending).toBe(0)
    expect(() => association.send(pdv('late'))).toThrow('without a release')
  })

  it('silence (idle)', async () => {
    const { peer, got, clock } = await established({ idleTimeoutMs: 5_000, pduTimeoutMs: 1_000 })
    for (let second = 0; second < 4; second++) clock.advance(1_000)
    expect(got.end).toBeUndefined()
    peer.send(pdv('still here'))
    await settled()
    for (let second = 0; second < 5; second++) clock.advance(1_000)
    expect(await peer.next()).toEqual({ type: 'A-ABORT', source: 0, reason: 0 })
    expect(got.end).toMatchObject({ error: { cause: { timer: 'idle', timeoutMs: 5_000 } } })
  })

  it('a PDU that does not go on, dripping or not (pdu)', async () => {
    const { peer, got, clock } = await established({ idleTimeoutMs: 60_000, pduTimeoutMs: 1_000 })
    peer.send(Buffer.from('0400000100000000fffc0101', 'hex'))
    await settled()
    for (let step = 0; step < 12 && !got.end; step++) {
      clock.advance(100)
      peer.send(Buffer.from([0]))
      await settled()
    }
    expect(got.end).toMatchObject({ error: { cause: { timer: 'pdu', timeoutMs: 1_000 } } })
  })

  it('not the silence while it is our turn', async () => {
    const { association, got, clock } = await established({ idleTimeoutMs: 1_000 })
    association.ourTurn = true
    clock.advance(10_000)
    expect(got.end).toBeUndefined()
    association.ourTurn = false
    clock.advance(2_000)
    expect(got.end).toMatchObject({ error: { cause: { timer: 'idle' } } })
  })

  it('silence behind a PDU whose end was read late (idle, not pdu)', async () => {
    const { clock, peer, pending } = await indicated({ idleTimeoutMs: 60_000, pduTimeoutMs: 1_000 })
    const association = await pending.accept(negotiate(pending.request))
    await peer.expect('A-ASSOCIATE-AC')
    association.receive({
      fragment: ({ endOfPdu }) => {
        if (!endOfPdu) association.pause()
      },
      releaseRequested: () => undefined,
      ended: () => undefined,
    })
    peer.send(Buffer.concat(encodePDataTf([...pdv('one'), ...pdv('two')])))
    await settled()
    association.resume()
    clock.advance(59_000)
    expect(association.over).toBe(false)
    clock.advance(2_000)
    expect(await association.ended).toMatchObject({ error: { cause: { timer: 'idle' } } })
  })

  it('a peer that does not read (write-stall)', async () => {
    const { association, peer, got, clock } = await established({
      writeStallTimeoutMs: 1_000,
      idleTimeoutMs: 60_000,
    })
    peer.stall()
    while (association.send(pdv('x'.repeat(10_000)))) await settled(1)
    const drained = association.drained()
    clock.advance(1_000)
    await association.closed
    await drained
    expect(got.end).toMatchObject({ error: { cause: { timer: 'write-stall' } } })
    expect(clock.pending).toBe(0)
  })

  it('a peer that does not read (write-stall), whatever else is sent meanwhile', async () => {
    const { association, peer, got, clock } = await established({ writeStallTimeoutMs: 1_000 })
    peer.stall()
    while (association.send(pdv('x'.repeat(10_000)))) await settled(1)
    clock.advance(600)
    association.send(pdv('more'))
    clock.advance(400)
    await association.closed
    expect(got.end).toMatchObject({ error: { cause: { timer: 'write-stall' } } })
  })

  it('a peer that does not read (write-stall) from when it stopped, not from when it stopped first', async () => {
    const { association, peer, got, clock } = await established({ writeStallTimeoutMs: 1_000 })
    const fill = async (): Promise<void> => {
      peer.stall()
      while (association.send(pdv('x'.repeat(10_000)))) await settled(1)
    }
    await fill()
    clock.advance(600)
    peer.unstall()
    await association.drained()
    clock.advance(300)
    await fill()
    clock.advance(999)
    expect(association.over).toBe(false)
    clock.advance(1)
    await association.closed
    expect(got.end).toMatchObject({ error: { cause: { timer: 'write-stall' } } })
    expect(clock.pending).toBe(0)
  })

  it('no peer that reads again, and is sent nothing more', async () => {
    const { association, peer, clock } = await established({ writeStallTimeoutMs: 1_000 })
    peer.stall()
    while (association.send(pdv('x'.repeat(10_000)))) await settled(1)
    const all = [association.drained(), association.drained()]
    peer.unstall()
    await Promise.all(all)
    clock.advance(2_000)
    expect(association.over).toBe(false)
    expect(clock.remainingMs).toEqual([58_000])
  })

  it('with one A-ABORT, however much follows from a peer that does not read it', async () => {
    const { association, peer, clock } = await established()
    peer.stall()
    while (association.send(pdv('x'.repeat(10_000)))) await settled(1)
    association.abort()
    for (let count = 0; count < 50; count++) peer.send(request)
    await settled()
    peer.unstall()
    let aborts = 0
    for (let pdu = await peer.next(); pdu; pdu = await peer.next()) {
      if (pdu.type !== 'A-ABORT') continue
      aborts++
      clock.advance(30_000)
    }
    expect(aborts).toBe(1)
    expect(clock.pending).toBe(0)
  })

  it('an error of the layer above, and only this association', async () => {
    const { peer, pending } = await indicated()
    const association = await pending.accept(negotiate(pending.request))
    association.receive({
      fragment: () => {
        throw new RangeError('a bug')
      },
      releaseRequested: () => undefined,
      ended: () => undefined,
    })
    await peer.expect('A-ASSOCIATE-AC')
    peer.send([...pdv('one'), ...pdv('two')])
    expect(await peer.next()).toEqual({ type: 'A-ABORT', source: 0, reason: 0 })
    expect(await association.ended).toMatchObject({ error: { cause: { message: 'a bug' } } })
  })

  it.each(['the peer', 'we'])('and closes although its receiver throws, when %s aborts', async (who) => {
    const { clock, peer, pending } = await indicated()
    const association = await pending.accept(negotiate(pending.request))
    association.receive({
      fragment: () => undefined,
      releaseRequested: () => undefined,
      ended: () => {
        throw new RangeError('a bug')
      },
    })
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
    await peer.expect('A-ASSOCIATE-AC')
    if (who === 'we') association.abort()
    else peer.send({ type: 'A-ABORT', source: 0, reason: 0 })
    if (who === 'we') clock.advance(30_000) // ARTIM
    await association.closed
    expect(warned.mock.calls).toEqual([[expect.objectContaining({ message: 'a bug' })]])
    warned.mockRestore()
    expect(clock.pending).toBe(0)
  })
})

describe('back-pressure', () => {
  it('is told of at once, and lets as much wait as maximumPendingBytes says; each send is one write', async () => {
    const [ours] = memoryPair()
    const writes: Buffer[] = []
    let stalled = false
    const stream = new Duplex({
      writableHighWaterMark: 1,
      read: () => undefined,
      writev: (chunks, done) => {
        writes.push(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)))
        if (!stalled) done()
      },
    })
    stream.push(encodePdu(request))
    const maximumPendingBytes = 3 * 1_012
    const pending = await receiveAssociation({ ...ours, stream }, { maximumPendingBytes })
    const association = await pending.accept(negotiate(pending.request))
    await settled()
    stalled = true
    const [one] = pdv('x'.repeat(1_000))
    if (!one) throw new Error('no PDV')
    expect(association.send([one, one])).toBe(false)
    association.send([one])
    association.send([one])
    expect(() => association.send([one])).toThrow(
      '4048 bytes wait to be sent, more than the limit of 3036 bytes; wait for drained()',
    )
    expect(writes.map(({ length }) => length).slice(1)).toEqual([2 * 1_012])
    stream.destroy()
    await association.closed
  })

  it('refuses more of who does not wait, and takes it again of who does', async () => {
    const { peer, association } = await established({ maximumPendingBytes: 50_000 })
    peer.stall()
    const sends = (): void => {
      for (let count = 0; count < 20; count++) association.send(pdv('x'.repeat(10_000)))
    }
    expect(sends).toThrow(expect.objectContaining({ name: 'UsageError', code: 'DCM_PENDING_BYTES' }))
    const drained = association.drained()
    peer.unstall()
    await drained
    association.send(pdv('y'))
    association.abort()
  })

  it('reads nothing while paused, and everything afterwards', async () => {
    const { peer, association, got } = await established()
    association.pause()
    peer.send(pdv('one'))
    peer.send(pdv('two'))
    await settled()
    expect(got.data).toEqual([])
    association.resume()
    await settled()
    expect(got.data).toEqual(['one', 'two'])
  })

  it('may pause and read on within a fragment', async () => {
    const { peer, pending } = await indicated()
    const association = await pending.accept(negotiate(pending.request))
    const got: string[] = []
    association.receive({
      fragment: (fragment) => {
        association.pause()
        association.resume()
        // Last, so that what came from within resume() would stand first.
        got.push(Buffer.from(fragment.data).toString())
      },
      releaseRequested: () => undefined,
      ended: () => undefined,
    })
    await peer.expect('A-ASSOCIATE-AC')
    peer.send(Buffer.concat(encodePDataTf([...pdv('one'), ...pdv('two')])))
    await settled()
    expect(got).toEqual(['one', 'two'])
    await association.drained()
  })

  it('has time for all others while a peer floods it with PDVs, paused meanwhile or not', async () => {
    const [flooding, other] = [await established(), await established()]
    const flood = Array.from({ length: 10_000 }, (_, number) => String(number))
    flooding.peer.send(Buffer.concat(flood.flatMap((text) => encodePDataTf(pdv(text)))))
    other.peer.send(pdv('from another peer'))
    while (other.got.data.length === 0) await settled(1)
    expect(flooding.got.data.length).toBeLessThan(flood.length)
    flooding.association.pause()
    await settled()
    const taken = flooding.got.data.length
    await settled()
    expect(flooding.got.data).toHaveLength(taken)
    flooding.association.resume()
    const released = flooding.association.release()
    flooding.peer.send({ type: 'A-RELEASE-RP' })
    await released
    expect(flooding.got.data).toEqual(flood)
    other.association.abort()
  })

  it('takes all that a peer sent before it left, though all others have their turn', async () => {
    const { peer, got, association } = await established()
    const flood = Array.from({ length: 1_000 }, (_, number) => String(number))
    peer.send(Buffer.concat(flood.flatMap((text) => encodePDataTf(pdv(text)))))
    while (got.data.length === 0) await Promise.resolve()
    expect(got.data.length).toBeLessThan(flood.length)
    peer.cut()
    await association.closed
    expect(got.data).toEqual(flood)
  })

  it('takes nothing more of a chunk when the peer left meanwhile, be the rest a PDU or not', async () => {
    const rests = [...encodePDataTf(pdv('two')), Buffer.from('no PDU')]
    for (const rest of rests) {
      const { peer, pending } = await indicated()
      const association = await pending.accept(negotiate(pending.request))
      const fragment = vi.fn(() => {
        association.pause()
      })
      const ended = vi.fn()
      association.receive({ fragment, releaseRequested: () => undefined, ended })
      peer.send(Buffer.concat([...encodePDataTf(pdv('one')), rest]))
      await settled()
      peer.cut()
      await association.closed
      expect(fragment).toHaveBeenCalledOnce()
      expect(ended.mock.calls).toMatchObject([[{ error: { code: 'DCM_CONNECTION_LOST' } }]])
    }
  })

  it('hears an A-ABORT behind what its paused user has not taken, when the peer leaves with it', async () => {
    const { peer, pending } = await indicated()
    const association = await pending.accept(negotiate(pending.request))
    const fragment = vi.fn(() => {
      association.pause()
    })
    const ended = vi.fn()
    association.receive({ fragment, releaseRequested: () => undefined, ended })
    const data = ['one', 'two'].flatMap((text) => encodePDataTf(pdv(text)))
    peer.send(Buffer.concat([...data, encodePdu({ type: 'A-ABORT', source: 2, reason: 6 })]))
    await settled()
    peer.cut()
    await association.closed
    expect(fragment).toHaveBeenCalledOnce()
    expect(ended.mock.calls).toMatchObject([[{ error: { code: 'DCM_ABORTED_BY_PEER', reason: 6 } }]])
  })

  it('tells a receiver that comes too late how it ended', async () => {
    const { clock, peer, pending } = await indicated()
    const association = await pending.accept(negotiate(pending.request))
    expect(association).toMatchObject({ role: 'acceptor', clock, connection: pending.connection })
    peer.cut()
    await association.closed
    expect(listen(association).end).toMatchObject({ error: { code: 'DCM_CONNECTION_LOST' } })
  })

  it('stops in the middle of a chunk', async () => {
    const { peer, pending } = await indicated()
    const association = await pending.accept(negotiate(pending.request))
    const got: string[] = []
    association.receive({
      fragment: (fragment) => {
        got.push(Buffer.from(fragment.data).toString())
        association.pause()
      },
      releaseRequested: () => {
        association.respondRelease()
      },
      ended: () => undefined,
    })
    await peer.expect('A-ASSOCIATE-AC')
    const { connection } = peer
    connection.stream.cork()
    peer.send([...pdv('one'), ...pdv('two')])
    connection.stream.uncork()
    await settled()
    expect(got).toEqual(['one'])
    association.resume()
    await settled()
    expect(got).toEqual(['one', 'two'])
  })
})

describe('the requestor', () => {
  function requestor(options: Parameters<typeof requestAssociation>[2] = {}) {
    const clock = new FakeClock()
    const [ours, theirs] = memoryPair()
    const peer = new ScriptedPeer(theirs)
    const association = requestAssociation(ours, wanted, { ...options, clock })
    association.catch(() => undefined)
    return { clock, peer, association }
  }

  it('asks, is accepted, and releases', async () => {
    const { clock, peer, association } = requestor()
    const { presentationContexts, userInformation } = await peer.expect('A-ASSOCIATE-RQ')
    expect(presentationContexts).toEqual(wanted.presentationContexts)
    expect(userInformation).toEqual({
      maximumLength: 131_072,
      implementationClassUid,
      implementationVersionName,
    })
    peer.send(answer)
    const established = await association
    listen(established)
    expect([...established.facts.contexts.keys()]).toEqual([1])
    const released = established.release()
    await peer.expect('A-RELEASE-RQ')
    peer.send({ type: 'A-RELEASE-RP' })
    await released
    await established.closed
    expect(clock.pending).toBe(0)
  })

  it.each([
    [
      'an A-ASSOCIATE-RJ',
      { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 },
      { code: 'DCM_REJECTED', reason: 7 },
    ],
    ['an A-ABORT', { type: 'A-ABORT', source: 2, reason: 0 }, { code: 'DCM_ABORTED_BY_PEER' }],
    [
      'an unasked context',
      {
        ...answer,
        presentationContexts: [
          { presentationContextId: 3, result: 0, transferSyntax: ImplicitVRLittleEndian },
        ],
      },
      { code: 'DCM_ABORTED', source: 2, reason: 6 },
    ],
    [
      'another application context (PS3.7 A.1)',
      { ...answer, applicationContextName: parseUid('1.2.840.10008.3.1.1.2') },
      { code: 'DCM_ABORTED', source: 0, reason: 0, cause: { code: 'DCM_ANSWER_INVALID' } },
    ],
    [
      'another protocol version',
      { ...answer, protocolVersion: 0xfffe },
      { code: 'DCM_ABORTED', source: 2, reason: 6, cause: { code: 'DCM_ANSWER_INVALID' } },
    ],
    ['a request', request, { code: 'DCM_ABORTED', source: 2, reason: 2 }],
  ] as const)('is told of %s', async (_, pdu, error) => {
    const { peer, association } = requestor()
    await peer.expect('A-ASSOCIATE-RQ')
    peer.send(pdu)
    await expect(association).rejects.toMatchObject(error)
  })

  it('waits no longer than it is told to', async () => {
    const { clock, peer, association } = requestor({ associationResponseTimeoutMs: 700 })
    await peer.expect('A-ASSOCIATE-RQ')
    clock.advance(700)
    await expect(association).rejects.toMatchObject({ timer: 'association-response' })
    await peer.expect('A-ABORT')
  })

  it.each([new Error('enough'), 'enough'])('gives up when its signal fires with %s', async (reason) => {
    const controller = new AbortController()
    const { peer, association } = requestor({ signal: controller.signal })
    await peer.expect('A-ASSOCIATE-RQ')
    controller.abort(reason)
    await expect(association).rejects.toMatchObject({
      code: 'DCM_ABORTED',
      message: 'the association was aborted (service-user): enough',
      cause: reason,
    })
    await peer.expect('A-ABORT')
  })

  it('forgets its signal when it is accepted', async () => {
    const controller = new AbortController()
    const { peer, association } = requestor({ signal: controller.signal })
    await peer.expect('A-ASSOCIATE-RQ')
    peer.send(answer)
    listen(await association)
    controller.abort()
    await peer.expectNothing()
  })

  it.each([
    ['an AE title that is none', { ...wanted, calledAeTitle: 'A\\B' }, 'DCM_AE_TITLE_INVALID'],
    [
      'a context id that is even',
      {
        ...wanted,
        presentationContexts: wanted.presentationContexts.map((context) => ({
          ...context,
          presentationContextId: 2,
        })),
      },
      'DCM_PRESENTATION_CONTEXT_ID',
    ],
  ])('does not send %s, and closes', async (_, asked, code) => {
    const clock = new FakeClock()
    const [ours, theirs] = memoryPair()
    const peer = new ScriptedPeer(theirs)
    await expect(requestAssociation(ours, asked, { clock })).rejects.toMatchObject({
      name: 'UsageError',
      code,
    })
    await peer.expectClosed()
    expect(clock.pending).toBe(0)
  })

  it('asks nothing when its signal has fired', async () => {
    const [ours, theirs] = memoryPair()
    const peer = new ScriptedPeer(theirs)
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(requestAssociation(ours, wanted, { signal })).rejects.toThrow('enough')
    await peer.expectClosed()
  })

  it('knows no maximum length of an acceptor that announces none', async () => {
    const { peer, association } = requestor()
    peer.send({ ...answer, userInformation: { implementationClassUid } })
    expect((await association).facts.peerMaximumLength).toBe(0)
  })

  it('is told of a connection that has gone already', async () => {
    const clock = new FakeClock()
    const [ours] = memoryPair()
    ours.stream.destroy()
    await expect(requestAssociation(ours, wanted, { clock })).rejects.toMatchObject({
      code: 'DCM_CONNECTION_LOST',
    })
    expect(clock.pending).toBe(0)
  })

  it('is not kept by an acceptor that never confirms the release', async () => {
    const { clock, peer, association } = requestor({ releaseResponseTimeoutMs: 300 })
    await peer.expect('A-ASSOCIATE-RQ')
    peer.send(answer)
    const established = await association
    listen(established)
    const released = established.release()
    await peer.expect('A-RELEASE-RQ')
    clock.advance(300)
    await expect(released).rejects.toMatchObject({ cause: { timer: 'release-response' } })
    await peer.expect('A-ABORT')
  })
})

describe('two machines back to back', () => {
  async function pair() {
    const clock = new FakeClock()
    const [one, other] = memoryPair()
    const accepting = receiveAssociation(other, { clock }).then((indication: AssociationIndication) =>
      indication.accept(negotiate(indication.request)),
    )
    const requestor = await requestAssociation(
      one,
      { callingAeTitle: 'A', calledAeTitle: 'B', presentationContexts: request.presentationContexts },
      { clock },
    )
    const acceptor = await accepting
    return { clock, requestor, acceptor, ends: [listen(requestor), listen(acceptor)] as const }
  }

  it('survive aborts that cross', async () => {
    const { clock, requestor, acceptor, ends } = await pair()
    const streams = [requestor, acceptor].map(({ connection }) => connection.stream)
    for (const stream of streams) stream.cork()
    requestor.abort()
    acceptor.abort()
    for (const stream of streams) stream.uncork()
    await Promise.all([requestor.closed, acceptor.closed])
    expect(ends.map((end) => end.end)).toMatchObject([
      { kind: 'aborted', error: { code: 'DCM_ABORTED', origin: 'local' } },
      { kind: 'aborted', error: { code: 'DCM_ABORTED', origin: 'local' } },
    ])
    expect(clock.pending).toBe(0)
  })

  it.each(['requestor', 'acceptor'] as const)(
    'survive the abort of the %s that crosses a release',
    async (who) => {
      const { clock, requestor, acceptor, ends } = await pair()
      const streams = [requestor, acceptor].map(({ connection }) => connection.stream)
      const [aborts, releases] = who === 'requestor' ? [requestor, acceptor] : [acceptor, requestor]
      for (const stream of streams) stream.cork()
      const released = releases.release()
      aborts.abort()
      for (const stream of streams) stream.uncork()
      await expect(released).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER', source: 0 })
      await Promise.all([requestor.closed, acceptor.closed])
      expect(ends.map((end) => end.end?.kind)).toEqual(['aborted', 'aborted'])
      expect(clock.pending).toBe(0)
    },
  )
})
