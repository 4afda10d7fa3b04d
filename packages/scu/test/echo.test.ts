import { AssociationAbortedError } from '@dcm/association'
import { statuses } from '@dcm/dimse'
import { ContextNotAcceptedError } from '@dcm/scu'
import { settled } from '@dcm/testkit'
import { describe, expect, it, vi } from 'vitest'
import { answer, nextOperation, served, verification } from './served.ts'

describe('an operation settles once', () => {
  it('with the response', async () => {
    const { scu, peer, clock } = await served()
    const echoed = scu.echo()
    await answer(await nextOperation(peer), { status: statuses.Success })
    expect(await echoed).toMatchObject({ type: 'C-ECHO-RSP', status: 0, affectedSopClassUid: verification })
    await scu.release()
    await scu.association.closed
    expect(scu.outstandingOperations).toBe(0)
    await settled()
    expect(clock.pending).toBe(0)
  })

  it('with a failure status, which is an answer', async () => {
    const { scu, peer } = await served()
    const echoed = scu.echo()
    const errorComment = 'not today'
    await answer(await nextOperation(peer), { status: statuses.SopClassNotSupported, errorComment })
    expect(await echoed).toMatchObject({ status: 0x0122, errorComment })
    await scu.release()
  })

  it('with the refusal of its context, in words of the peer', async () => {
    const { scu } = await served({}, { abstractSyntaxes: [] })
    const error = await scu.echo().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ContextNotAcceptedError)
    expect(error).toMatchObject({
      code: 'DCM_CONTEXT_NOT_ACCEPTED',
      abstractSyntax: verification,
      refusals: [{ presentationContextId: 1, result: 3 }],
      message: expect.stringContaining('context 1: abstract-syntax-not-supported') as string,
    })
    await scu.release()
  })

  it("with the peer's abort", async () => {
    const { scu, peer } = await served()
    const echoed = scu.echo()
    await nextOperation(peer)
    peer.abort()
    await expect(echoed).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER', origin: 'peer', source: 0 })
  })

  it('with the loss of the connection', async () => {
    const { scu, peer, peerAssociation } = await served()
    const echoed = scu.echo()
    await nextOperation(peer)
    peerAssociation.connection.stream.destroy()
    await expect(echoed).rejects.toMatchObject({ code: 'DCM_CONNECTION_LOST', origin: 'connection-lost' })
    await expect(scu.echo()).rejects.toBeInstanceOf(AssociationAbortedError)
  })

  it('with the response timer, and then the association is gone', async () => {
    const { scu, peer, clock } = await served({ responseTimeoutMs: 7_000 })
    const echoed = scu.echo()
    await nextOperation(peer)
    await settled()
    clock.advance(7_000)
    await expect(echoed).rejects.toMatchObject({
      code: 'DCM_TIMEOUT',
      timer: 'dimse-response',
      timeoutMs: 7_000,
    })
    await expect(peer.next()).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    expect(scu.over).toBe(true)
  })

  it('with its own response timer, where it has one', async () => {
    const { scu, peer, clock } = await served({ responseTimeoutMs: 7_000 })
    const echoed = scu.echo({ responseTimeoutMs: 1_000 })
    await nextOperation(peer)
    await settled()
    clock.advance(1_000)
    await expect(echoed).rejects.toMatchObject({ timer: 'dimse-response', timeoutMs: 1_000 })
    await expect(peer.next()).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
  })

  it('without a timer of the clock for each', async () => {
    const { scu, peer, clock } = await served()
    const exchange = async (): Promise<void> => {
      const echoed = scu.echo()
      await answer(await nextOperation(peer), { status: statuses.Success })
      await echoed
    }
    await exchange()
    const set = vi.spyOn(clock, 'setTimeout')
    for (let times = 0; times < 20; times++) await exchange()
    expect(set).not.toHaveBeenCalled()
    await scu.release()
  })

  it('also when the association was over before, and leaves no timer', async () => {
    const { scu, clock } = await served()
    scu.abort()
    await scu.association.closed
    await expect(scu.echo()).rejects.toMatchObject({ code: 'DCM_ABORTED' })
    await settled()
    expect(clock.pending).toBe(0)
  })

  it('with the deadline, the association left as it is', async () => {
    const { scu, peer, clock } = await served()
    const echoed = scu.echo({ deadlineMs: 1_000 })
    const late = await nextOperation(peer)
    await settled()
    clock.advance(1_000)
    await expect(echoed).rejects.toMatchObject({ code: 'DCM_TIMEOUT', timer: 'deadline' })
    expect(scu.outstandingOperations).toBe(1)
    const another = scu.echo()
    await answer(late, { status: statuses.ProcessingFailure })
    await answer(await nextOperation(peer), { status: statuses.Success })
    expect((await another).status).toBe(0)
    await scu.release()
  })

  it('given up, and never answered, costs the association when the response timer ends', async () => {
    const { scu, peer, clock } = await served({ responseTimeoutMs: 7_000 })
    const controller = new AbortController()
    const echoed = scu.echo({ signal: controller.signal })
    await nextOperation(peer)
    await settled()
    controller.abort(new Error('enough'))
    await expect(echoed).rejects.toThrow('enough')
    clock.advance(6_999)
    expect(scu.over).toBe(false)
    clock.advance(1)
    expect(await scu.ended).toMatchObject({ error: { cause: { timer: 'dimse-response', timeoutMs: 7_000 } } })
    await settled()
    expect(scu.outstandingOperations).toBe(0)
  })

  it("with the caller's signal, before, while and after its request is sent", async () => {
    const { scu, peer } = await served()
    const controller = new AbortController()
    const first = scu.echo({ signal: controller.signal })
    const waiting = scu.echo({ signal: controller.signal })
    await nextOperation(peer)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(first).rejects.toBe(reason)
    await expect(waiting).rejects.toBe(reason)
    await expect(scu.echo({ signal: controller.signal })).rejects.toBe(reason)
    scu.abort()
    await scu.association.closed
  })

  it('and an idle association is never aborted', async () => {
    const { scu, clock } = await served({}, { abstractSyntaxes: [] })
    clock.advance(3_600_000)
    await settled()
    expect(scu.association.over).toBe(false)
    scu.abort()
    await scu.association.closed
  })
})
