import { AssociationRejectedError } from '@dcm/association'
import { associate, queryModels } from '@dcm/scu'
import { memoryTransport, ScriptedPeer, settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { Archive } from './archive.ts'
import {
  answer,
  ctImageStorage,
  explicit,
  implicit,
  nextOperation,
  openPolicy,
  served,
  verification,
} from './served.ts'

const contexts = [{ abstractSyntax: verification }]

describe('an association', () => {
  it.each([
    { responseTimeoutMs: -1 },
    { cancelTimeoutMs: Number.NaN },
    { messageTimeoutMs: 0 },
    { association: { artimTimeoutMs: 0 } },
    { maximumOperationsInvoked: -1 },
    { maximumOperationsInvoked: 1.5 },
    { maximumOperationsInvoked: 65_536 },
  ])('opens nothing with a timer or window that cannot be: %j', async (timers) => {
    let connections = 0
    const transport = {
      connect: () => Promise.reject(new Error(`connection ${String(++connections)}`)),
    }
    const wanted = {
      to: { host: 'a', port: 104 },
      callingAeTitle: 'A',
      calledAeTitle: 'B',
      contexts,
      transport,
    }
    await expect(associate({ ...wanted, ...timers })).rejects.toMatchObject({ code: 'DCM_LIMIT_RANGE' })
    expect(connections).toBe(0)
  })

  it('sends nothing with a deadline that cannot be', async () => {
    const { scu } = await served({ contexts })
    await expect(scu.echo({ deadlineMs: Number.NaN })).rejects.toMatchObject({ code: 'DCM_LIMIT_RANGE' })
    await scu.release()
  })

  it('proposes what was asked for, and what instances need', async () => {
    const { scu } = await served({
      contexts: [
        ...contexts,
        { abstractSyntax: ctImageStorage, transferSyntaxes: [implicit], roles: { scu: true, scp: true } },
      ],
      instances: [{ sopClassUid: '1.2.840.10008.5.1.4.1.1.4', transferSyntaxUid: '1.2.840.10008.1.2.4.70' }],
      userIdentity: {
        kind: 'username',
        username: 'jane',
        passcode: 'secret',
        positiveResponseRequested: true,
      },
      maximumOperationsInvoked: 16,
    })
    const { request, asynchronousOperationsWindow } = scu.association.facts
    expect(request.presentationContexts.map(({ transferSyntaxes }) => transferSyntaxes)).toEqual([
      [explicit, implicit],
      [implicit],
      ['1.2.840.10008.1.2.4.70'],
      [explicit, implicit],
    ])
    expect(request.userInformation).toMatchObject({
      roleSelections: [{ sopClassUid: ctImageStorage, scuRole: true, scpRole: true }],
      userIdentity: { userIdentityType: 2, positiveResponseRequested: true },
    })
    expect(Buffer.from(request.userInformation.userIdentity?.primaryField ?? []).toString()).toBe('jane')
    expect(asynchronousOperationsWindow).toEqual({ invoked: 16, performed: 1 })
    expect(scu.userIdentityResponse).toBeUndefined()
    await scu.release()
  })

  it('proposes extended negotiation, once for a SOP class, and has the answer', async () => {
    // PS3.4 C.5.1.1: relational queries, date-time matching, fuzzy matching.
    const extendedNegotiation = Uint8Array.of(1, 0, 1)
    const { find, move } = queryModels.studyRoot
    const { scu } = await served(
      {
        contexts: [
          { abstractSyntax: find, transferSyntaxes: [explicit], extendedNegotiation },
          { abstractSyntax: find, transferSyntaxes: [implicit], extendedNegotiation: Uint8Array.of(0) },
          { abstractSyntax: move, extendedNegotiation: Uint8Array.of(1) },
          {
            abstractSyntax: '1.2.3.4',
            commonExtendedNegotiation: {
              serviceClassUid: '1.2.840.10008.4.2',
              relatedGeneralSopClassUids: [ctImageStorage],
            },
          },
        ],
      },
      {
        ...openPolicy,
        abstractSyntaxes: [
          {
            abstractSyntax: find,
            transferSyntaxes: [explicit, implicit],
            extendedNegotiation: (proposed) => Uint8Array.of(proposed[0] ?? 0, 0, 0),
          },
        ],
      },
    )
    const { extendedNegotiations, commonExtendedNegotiations } = scu.association.facts.request.userInformation
    expect(extendedNegotiations).toEqual([
      { sopClassUid: find, serviceClassApplicationInformation: Uint8Array.of(1, 0, 1) },
      { sopClassUid: move, serviceClassApplicationInformation: Uint8Array.of(1) },
    ])
    // PS3.7 D.3.3.6
    expect(commonExtendedNegotiations).toEqual([
      {
        sopClassUid: '1.2.3.4',
        serviceClassUid: '1.2.840.10008.4.2',
        relatedGeneralSopClassUids: [ctImageStorage],
      },
    ])
    expect(scu.extendedNegotiation(find)).toEqual(Uint8Array.of(1, 0, 0))
    expect(scu.extendedNegotiation(move)).toBeUndefined()
    await scu.release()
  })

  it('does not ask a peer about a window of one', async () => {
    const { scu } = await served()
    expect(scu.association.facts.request.userInformation.asynchronousOperationsWindow).toBeUndefined()
    await scu.release()
  })

  it.each([
    ['no UID', { contexts: [{ abstractSyntax: 'Verification' }] }],
    ['no transfer syntax', { contexts: [{ abstractSyntax: verification, transferSyntaxes: [] }] }],
    ['an impossible AE title', { contexts, calledAeTitle: 'LONGER THAN SIXTEEN' }],
    [
      'more than 128 contexts',
      {
        contexts: Array.from({ length: 129 }, (_each, index) => ({ abstractSyntax: `1.2.${String(index)}` })),
      },
    ],
  ])('is not asked for with %s', async (_what, options) => {
    const archive = await new Archive().listen()
    await expect(associate({ ...archive.target, ...options })).rejects.toMatchObject({ name: 'UsageError' })
    await settled()
    expect(archive.open).toBe(0)
  })

  it('that is refused says how', async () => {
    const archive = await new Archive().listen()
    archive.busy = 1
    const error = await associate({ ...archive.target, contexts }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(AssociationRejectedError)
    expect(error).toMatchObject({ code: 'DCM_REJECTED', result: 2, source: 3, reason: 1 })
  })

  it('where nobody listens is refused by the transport', async () => {
    const { target } = new Archive()
    await expect(associate({ ...target, contexts })).rejects.toMatchObject({ code: 'DCM_CONNECTION_REFUSED' })
  })

  it('that is not answered ends by its timer, or by the signal', async () => {
    const transport = memoryTransport()
    const to = { host: 'silent', port: 104 }
    const listener = await transport.listen(to)
    const { clock } = new Archive()
    const target = { to, transport, clock, callingAeTitle: 'SCU', calledAeTitle: 'SCP', contexts }
    const timed = expect(associate(target)).rejects.toMatchObject({
      code: 'DCM_TIMEOUT',
      timer: 'association-response',
    })
    const one = new ScriptedPeer(await listener.accept())
    await one.expect('A-ASSOCIATE-RQ')
    clock.advance(30_000)
    await timed
    const stop = new AbortController()
    const stopped = associate({ ...target, signal: stop.signal }).catch((error: unknown) => error)
    const other = new ScriptedPeer(await listener.accept())
    await other.expect('A-ASSOCIATE-RQ')
    const reason = new Error('enough')
    stop.abort(reason)
    expect(await stopped).toBe(reason)
    await other.expect('A-ABORT')
    one.cut()
    other.cut()
    await settled()
    expect(clock.pending).toBe(0)
    await listener.close()
  })

  it('sends as many requests as the window allows, and takes the answers in any order', async () => {
    const { scu, peer } = await served({ maximumOperationsInvoked: 3 })
    const statuses: number[] = []
    const echoes = [1, 2, 3, 4].map(async () => {
      statuses.push((await scu.echo()).status)
    })
    const operations = [await nextOperation(peer), await nextOperation(peer), await nextOperation(peer)]
    await settled()
    expect(peer.outstandingOperations).toBe(3)
    for (const [index, operation] of operations.reverse().entries()) {
      await answer(operation, { status: index === 0 ? 0x0210 : 0 })
    }
    await answer(await nextOperation(peer), { status: 0 })
    await Promise.all(echoes)
    expect(statuses).toEqual([0x0210, 0, 0, 0])
    await scu.release()
  })

  it('that was aborted is left by `await using` when its connection is closed', async () => {
    const { scu } = await served()
    const { stream } = scu.association.connection
    scu.abort()
    expect(stream.closed).toBe(false)
    await scu[Symbol.asyncDispose]()
    expect(stream.closed).toBe(true)
  })

  it('is left by `await using` when all is answered', async () => {
    const { scu, peer, peerAssociation } = await served({ maximumOperationsInvoked: 2 })
    const used = (async () => {
      await using association = scu
      for (let times = 0; times < 2; times++) void association.echo()
      await settled()
    })()
    for (const operation of [await nextOperation(peer), await nextOperation(peer)]) {
      await settled()
      expect(peerAssociation.releaseRequested).toBe(false)
      await answer(operation, { status: 0 })
    }
    await used
    expect(await peerAssociation.ended).toEqual({ kind: 'released' })
  })

  it('that the peer released takes no more requests', async () => {
    const { scu, peer } = await served()
    await peer.release()
    await expect(scu.echo()).rejects.toMatchObject({ name: expect.stringMatching(/Error$/) as string })
    expect(scu.over).toBe(true)
  })
})
