import { AssociationPool } from '@dcm/scu'
import { FakeClock, memoryTransport, ScriptedPeer, settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { Archive } from './archive.ts'
import { verification } from './served.ts'

const contexts = [{ abstractSyntax: verification }]

describe('a pool', () => {
  it.each([
    { maximumPerPeer: 0 },
    { maximumPerPeer: Number.NaN },
    { idleReleaseMs: -1 },
    { idleReleaseMs: 2_147_483_648 },
  ])('of nothing, or for longer than a timer takes, cannot be: %j', (options) => {
    expect(() => new AssociationPool(options)).toThrow(expect.objectContaining({ code: 'DCM_LIMIT_RANGE' }))
  })

  it('hands an association on, and releases it when it has been idle for long', async () => {
    const archive = await new Archive().listen()
    const pool = new AssociationPool({ clock: archive.clock, idleReleaseMs: 5_000 })
    const request = { ...archive.target, contexts }
    for (let each = 0; each < 3; each++) {
      expect(await pool.use(request, (association) => association.echo())).toMatchObject({ status: 0 })
    }
    expect(archive.proposals).toHaveLength(1)
    expect(pool.idle).toBe(1)
    archive.clock.advance(4_999)
    await settled()
    expect(archive.open).toBe(1)
    archive.clock.advance(1)
    await settled()
    expect(pool.idle).toBe(0)
    expect(archive.open).toBe(0)
  })

  it('releases each when it has been idle for long itself', async () => {
    const archive = await new Archive().listen()
    const pool = new AssociationPool({ clock: archive.clock, idleReleaseMs: 5_000 })
    const first = Promise.withResolvers<undefined>()
    const second = Promise.withResolvers<undefined>()
    const uses = [first, second].map(({ promise }) =>
      pool.use({ ...archive.target, contexts }, () => promise),
    )
    first.resolve(undefined)
    await uses[0]
    archive.clock.advance(2_000)
    second.resolve(undefined)
    await uses[1]
    archive.clock.advance(3_000)
    await settled()
    expect([pool.idle, archive.open]).toEqual([1, 1])
    archive.clock.advance(2_000)
    await settled()
    expect([pool.idle, archive.open]).toEqual([0, 0])
    expect(archive.clock.pending).toBe(0)
  })

  it('keeps peers, titles and contexts apart', async () => {
    const archive = await new Archive().listen()
    const pool = new AssociationPool({ clock: archive.clock })
    const request = { ...archive.target, contexts }
    const requests = [
      request,
      { ...request, calledAeTitle: 'OTHER' },
      { ...request, contexts: [...contexts, { abstractSyntax: '1.2.3' }] },
      { ...request, contexts: [{ abstractSyntax: verification, extendedNegotiation: Uint8Array.of(1) }] },
    ]
    for (const each of requests) await pool.use(each, (association) => association.echo())
    expect(archive.proposals).toHaveLength(4)
    await pool.close()
    await settled()
    expect(archive.open).toBe(0)
  })

  it('proposes contexts for instances that a generator gives', async () => {
    const archive = await new Archive().listen()
    await using pool = new AssociationPool({ clock: archive.clock })
    const instances = (function* () {
      yield { sopClassUid: verification, transferSyntaxUid: '1.2.840.10008.1.2' }
    })()
    const request = { ...archive.target, instances }
    expect(await pool.use(request, (association) => association.echo())).toMatchObject({ status: 0 })
  })

  it('keeps handlers of event reports and timers apart, and gives each its own association', async () => {
    const archive = await new Archive().listen()
    await using pool = new AssociationPool({ clock: archive.clock })
    const request = { ...archive.target, contexts }
    const onEventReport = () => undefined
    const requests = [
      { ...request, onEventReport },
      { ...request, onEventReport: () => undefined },
      { ...request, responseTimeoutMs: 1_000 },
      { ...request, association: { writeStallTimeoutMs: 1_000 } },
      { ...request, onEventReport },
    ]
    for (const each of requests) await pool.use(each, (association) => association.echo())
    expect(archive.proposals).toHaveLength(4)
  })

  it('lets the others wait for their turn, and give up waiting', async () => {
    const archive = await new Archive().listen()
    const clock = new FakeClock()
    const pool = new AssociationPool({ clock, maximumPerPeer: 2 })
    const request = { ...archive.target, contexts }
    const held = Promise.withResolvers<undefined>()
    const busy = [1, 2].map(() => pool.use(request, () => held.promise))
    const third = pool.use(request, (association) => association.echo())
    const late = pool.use({ ...request, deadlineMs: 1_000 }, (association) => association.echo())
    await settled()
    expect(archive.open).toBe(2)
    clock.advance(1_000)
    await expect(late).rejects.toMatchObject({ timer: 'deadline' })
    held.resolve(undefined)
    await Promise.all(busy)
    expect(await third).toMatchObject({ status: 0 })
    expect(archive.mostOpen).toBe(2)
    await pool.close()
    await settled()
    expect(clock.pending).toBe(0)
  })

  it('gives up an association that does not come in time', async () => {
    const transport = memoryTransport()
    const to = { host: 'silent', port: 104 }
    await using listener = await transport.listen(to)
    const { clock } = new Archive()
    await using pool = new AssociationPool({ clock })
    const request = { to, transport, clock, callingAeTitle: 'SCU', calledAeTitle: 'SCP', contexts }
    const late = pool.use({ ...request, deadlineMs: 1_000 }, (association) => association.echo())
    const expected = expect(late).rejects.toMatchObject({ timer: 'deadline', timeoutMs: 1_000 })
    const peer = new ScriptedPeer(await listener.accept())
    await peer.expect('A-ASSOCIATE-RQ')
    clock.advance(1_000)
    await expected
    await peer.expect('A-ABORT')
    peer.cut()
    await settled()
    expect(clock.pending).toBe(0)
  })

  it('takes what comes back while its peer, who takes one association at a time, does not answer', async () => {
    const archive = await new Archive().listen()
    archive.oneAtATime = true
    const { clock } = archive
    await using pool = new AssociationPool({ clock })
    const request = { ...archive.target, contexts }
    const first = Promise.withResolvers<undefined>()
    const used: string[] = []
    const uses = [
      pool.use(request, () => first.promise).then(() => used.push('first')),
      pool.use(request, (association) => association.echo()).then(() => used.push('second')),
      pool.use(request, (association) => association.echo()).then(() => used.push('third')),
    ]
    await settled()
    clock.advance(1_000)
    await settled()
    expect(used).toEqual([])
    first.resolve(undefined)
    await Promise.all(uses)
    expect(used).toEqual(['first', 'second', 'third'])
    expect(archive.mostOpen).toBe(1)
    expect(pool.idle).toBe(1)
  })

  it('does not wait longer than a second to look for one that lies idle', async () => {
    const archive = await new Archive().listen()
    archive.oneAtATime = true
    const { clock } = archive
    await using pool = new AssociationPool({ clock })
    const request = { ...archive.target, contexts }
    const uses = [1, 2].map(() => pool.use(request, (association) => association.echo()))
    expect(await uses[0]).toMatchObject({ status: 0 })
    await settled()
    expect(pool.idle).toBe(1)
    clock.advance(999)
    await settled()
    expect(pool.idle).toBe(1)
    clock.advance(1)
    expect(await uses[1]).toMatchObject({ status: 0 })
    expect(archive.proposals).toHaveLength(1)
  })

  it('hands on nothing that is broken, or that an error left busy', async () => {
    const archive = await new Archive().listen()
    const pool = new AssociationPool({ clock: archive.clock })
    const request = { ...archive.target, contexts }
    await expect(
      pool.use(request, (association) => {
        association.abort()
        return Promise.reject(new Error('no use'))
      }),
    ).rejects.toThrow('no use')
    expect(pool.idle).toBe(0)
    const stop = new AbortController()
    archive.behaviour = () => {
      stop.abort(new Error('enough'))
      archive.behaviour = () => undefined
    }
    await expect(
      pool.use(request, (association) => association.echo({ signal: stop.signal })),
    ).rejects.toThrow('enough')
    expect(pool.idle).toBe(0)
    expect(await pool.use(request, (association) => association.echo())).toMatchObject({ status: 0 })
    expect(archive.proposals).toHaveLength(3)
    await pool.close()
    await expect(pool.use(request, () => Promise.resolve())).rejects.toMatchObject({
      code: 'DCM_POOL_CLOSED',
    })
  })

  it('notices that the peer has left', async () => {
    const archive = await new Archive().listen()
    const pool = new AssociationPool({ clock: archive.clock })
    const request = { ...archive.target, contexts }
    archive.behaviour = (_operation, channel) => {
      setImmediate(() => {
        channel.abort()
      })
    }
    await pool.use(request, (association) => association.echo())
    await settled()
    archive.behaviour = () => undefined
    expect(await pool.use(request, (association) => association.echo())).toMatchObject({ status: 0 })
    expect(archive.proposals).toHaveLength(2)
    await pool.close()
  })
})
