import { once } from 'node:events'
import { TimeoutError } from '@dcm/association'
import { encodeCommandSet, type RequestToSend, responseTo } from '@dcm/dimse'
import {
  createScp,
  type Handlers,
  type ServiceOperation,
  storage,
  verification as verificationService,
} from '@dcm/scp'
import { FakeClock, memoryTransport, settled } from '@dcm/testkit'
import type { Transport } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { ask, contextFor } from './conversation.ts'
import { echo, storeOf } from './requests.ts'
import { ctImageStorage, getService, instances, moveService, retrieved, retrieving } from './retrieving.ts'
import { privateClass, timed } from './timed.ts'

const priority = 'medium' as const
const store = storeOf(privateClass)
const dataSet = [Buffer.from('a data set')]

const requests = [
  [store, 0xa700, dataSet],
  [{ type: 'C-FIND-RQ', affectedSopClassUid: privateClass, priority }, 0xa700, dataSet],
  [{ type: 'C-GET-RQ', affectedSopClassUid: privateClass, priority }, 0xa702, dataSet],
  [{ type: 'C-MOVE-RQ', affectedSopClassUid: privateClass, priority, moveDestination: 'X' }, 0xa702, dataSet],
  [{ type: 'C-ECHO-RQ', affectedSopClassUid: privateClass }, 0x0110, undefined],
  [
    { type: 'N-GET-RQ', requestedSopClassUid: privateClass, requestedSopInstanceUid: '2.25.1' },
    0x0213,
    undefined,
  ],
  [
    { type: 'N-DELETE-RQ', requestedSopClassUid: privateClass, requestedSopInstanceUid: '2.25.1' },
    0x0213,
    undefined,
  ],
] as const satisfies readonly (readonly [RequestToSend, number, typeof dataSet | undefined])[]

function moveServiceTo(
  yielded: Parameters<typeof moveService>[0],
  transport: Transport,
  options: Parameters<typeof moveService>[2],
) {
  return moveService(yielded, () => ({ address: { host: 'store', port: 104 }, transport }), options)
}

const getServiceHere = (
  yielded: Parameters<typeof getService>[0],
  _: Transport,
  options: Parameters<typeof getService>[1],
) => getService(yielded, options)

const never = () => new Promise<never>(() => undefined)

/** Each request's handler does the same. */
function all(handler: (operation: Pick<ServiceOperation, 'signal'>) => Promise<never>): Handlers {
  return Object.fromEntries(requests.map(([{ type }]) => [type, handler]))
}

describe('a handler that hangs', () => {
  it.each(requests)('is told, and $type is answered for it', async (request, status, data) => {
    const reasons: unknown[] = []
    await using scp = await timed(
      all(async ({ signal }) => {
        signal.addEventListener('abort', () => reasons.push(signal.reason))
        return never()
      }),
    )
    const answer = ask(scp.channel, request, data && { dataSet: data })
    await scp.pass(299_999)
    expect(reasons).toEqual([])
    await scp.pass(1)
    expect(reasons).toEqual([new TimeoutError('handler', 300_000)])
    await scp.pass(1_000)
    expect(await answer).toMatchObject([{ status, errorComment: 'the handler timer ended after 300000 ms' }])
    expect(scp.log).toContain('error: an operation failed')
    // The association goes on, and nothing is left to wait for.
    expect(await ask(scp.channel, echo)).toMatchObject([{ status: 0 }])
    await scp.channel.release()
    expect(await scp.scp.close()).toEqual({ aborted: [] })
    expect(scp.clock.remainingMs.filter((ms) => ms > 50)).toEqual([])
  })

  it('may answer by itself, once told', async () => {
    await using scp = await timed({
      'C-STORE-RQ': async ({ signal }) => {
        await once(signal, 'abort')
        return { status: 0xb000 }
      },
    })
    const answer = ask(scp.channel, store, { dataSet })
    await scp.pass(300_000)
    expect(await answer).toMatchObject([{ status: 0xb000 }])
    await scp.pass(10_000)
    expect(scp.log.filter((line) => /failed|refused/.test(line))).toEqual([])
  })

  it('may fail by itself, and what it does afterwards is not waited for', async () => {
    const gate = Promise.withResolvers<never>()
    await using scp = await timed({ 'C-STORE-RQ': () => gate.promise }, { handlerTimeoutMs: 10_000 })
    const answer = ask(scp.channel, store, { dataSet })
    await scp.pass(10_000)
    await scp.pass(1_000)
    expect(await answer).toMatchObject([{ status: 0xa700 }])
    gate.reject(new Error('at last'))
    await settled()
    expect(scp.log).toContain('warn: a handler failed after its time')
    expect(scp.log.filter((line) => line === 'error: an operation failed')).toHaveLength(1)
    expect(await ask(scp.channel, echo)).toMatchObject([{ status: 0 }])
  })

  it.each<[string, (signal: AbortSignal) => Promise<undefined>]>([
    ['fails as it was told to', (signal) => Promise.reject(signal.reason as Error)],
    ['ends', () => Promise.resolve(undefined)],
  ])('and %s at last is no news', async (_what, end) => {
    const gate = Promise.withResolvers<undefined>()
    await using scp = await timed({
      'C-STORE-RQ': async ({ signal }) => {
        await gate.promise
        return end(signal)
      },
    })
    const answer = ask(scp.channel, store, { dataSet })
    await scp.pass(300_000)
    await scp.pass(1_000)
    expect(await answer).toMatchObject([{ status: 0xa700 }])
    gate.resolve(undefined)
    await settled()
    expect(scp.log.filter((line) => /^(warn|error)/.test(line))).toEqual(['error: an operation failed'])
  })

  it('is answered FE00H when it was cancelled before', async () => {
    await using scp = await timed({ 'C-FIND-RQ': never })
    const [, [find]] = requests
    const invocation = await scp.channel.invoke(contextFor(scp.channel, privateClass), find, dataSet)
    await invocation.cancel()
    await scp.pass(300_000)
    await scp.pass(1_000)
    expect((await invocation.next())?.command.status).toBe(0xfe00)
  })

  it('is answered FE00H without counts when it was cancelled after it had counted', async () => {
    const counts = {
      numberOfRemainingSuboperations: 1,
      numberOfCompletedSuboperations: 1,
      numberOfFailedSuboperations: 0,
      numberOfWarningSuboperations: 0,
    }
    await using scp = await timed({
      'C-GET-RQ': async function* () {
        yield { status: 0xff00, ...counts }
        return await never()
      },
    })
    const [, , [get]] = requests
    const invocation = await scp.channel.invoke(contextFor(scp.channel, privateClass), get, dataSet)
    expect((await invocation.next())?.command).toMatchObject({ status: 0xff00, ...counts })
    await invocation.cancel()
    await scp.pass(300_000)
    await scp.pass(1_000)
    const last = (await invocation.next())?.command
    expect(last).toMatchObject({ type: 'C-GET-RSP', status: 0xfe00 })
    expect(Object.keys(counts).filter((count) => count in (last ?? counts))).toEqual([])
  })

  it('after its answer holds up nobody for ever', async () => {
    await using scp = await timed({
      'C-STORE-RQ': async ({ respond }) => {
        await respond({ status: 0 })
        return never()
      },
    })
    expect(await ask(scp.channel, store, { dataSet })).toMatchObject([{ status: 0 }])
    await scp.channel.release()
    await settled()
    expect(scp.scp.admission.associations).toBe(1)
    await scp.pass(300_000)
    await scp.pass(1_000)
    expect(scp.scp.admission.associations).toBe(0)
    expect(scp.scp.associations).toEqual([])
  })

  it('may be a rule of ours', async () => {
    await using scp = await timed({ 'C-STORE-RQ': never }, { authorize: never })
    const answer = ask(scp.channel, echo)
    await scp.pass(300_000)
    await scp.pass(1_000)
    expect(await answer).toMatchObject([{ status: 0x0110 }])
  })

  it('in the middle of a data set it sends costs the association', async () => {
    await using scp = await timed({
      'C-FIND-RQ': async ({ respond }) => {
        const parts: (readonly Uint8Array[])[] = [[Buffer.from('part')]]
        await respond({
          status: 0xff00,
          dataSet: { read: () => Promise.resolve(parts.shift()).then((part) => part ?? never()) },
        })
        return { status: 0 }
      },
    })
    const [, [find]] = requests
    const answer = ask(scp.channel, find, { dataSet })
    answer.catch(() => undefined)
    await scp.pass(300_000)
    await scp.pass(1_000)
    await expect(answer).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    expect(scp.scp.admission.associations).toBe(0)
  })

  it.each([
    ['C-GET', getServiceHere, 'get'],
    ['C-MOVE', moveServiceTo, { to: 'STORE' }],
  ] as const)(
    'in a sub-operation of a %s is seen, though pending responses go out',
    async (_, service, request) => {
      const clock = new FakeClock()
      const network = memoryTransport()
      await using store = createScp({
        aeTitle: 'STORE',
        transport: network,
        services: [storage({ store: { put: () => Promise.resolve() } })],
      })
      await store.listen({ host: 'store', port: 104 })
      const yielded = () => instances(2, { open: never })
      const options = { clock, pendingIntervalMs: 1_000 }
      await using scp = await retrieving(
        [service(yielded, network, options)],
        { clock, handlerTimeoutMs: 10_000 },
        network,
      )
      const channel = await scp.associate([{ sopClass: ctImageStorage }])
      const answer = retrieved(channel, request)
      for (let seconds = 0; seconds < 12; seconds++) {
        await settled()
        clock.advance(1_000)
      }
      const { pending, last } = await answer
      expect(pending.length).toBeGreaterThan(5)
      expect(last).toMatchObject({ status: 0xa702 })
    },
  )
})

describe('a handler that fails', () => {
  it('while its data set still comes, from a peer that leaves before it has, is over with the association', async () => {
    const failed = new Error('before anything was read')
    const errors: unknown[] = []
    const ignore = (): void => undefined
    const error = (fields: object) => errors.push((fields as { err: unknown }).err)
    await using scp = await timed(
      { 'C-STORE-RQ': () => Promise.reject(failed) },
      { logger: { debug: ignore, info: ignore, warn: ignore, error } },
    )
    const { presentationContextId } = contextFor(scp.channel, privateClass)
    const command = encodeCommandSet({ ...store, messageId: 1, hasDataSet: true })
    scp.association.send([
      { presentationContextId, isCommand: true, isLast: true, data: [command] },
      { presentationContextId, isCommand: false, isLast: false, data: [new Uint8Array(2)] },
    ])
    await settled()
    expect(scp.scp.associations).toHaveLength(1)
    scp.association.abort()
    await settled()
    expect(scp.scp.associations).toEqual([])
    expect(errors).toEqual([failed])
  })
})

describe('a handler that is slow', () => {
  it('may yield now and then', async () => {
    const gates = Array.from({ length: 6 }, () => Promise.withResolvers<undefined>())
    await using scp = await timed({
      'C-FIND-RQ': async function* () {
        for (const gate of gates) {
          await gate.promise
          yield { status: 0xff00, dataSet }
        }
        return { status: 0 }
      },
    })
    const [, [find]] = requests
    const answer = ask(scp.channel, find, { dataSet })
    for (const gate of gates) {
      await scp.pass(250_000)
      gate.resolve(undefined)
    }
    expect((await answer).map(({ status }) => status)).toEqual([...gates.map(() => 0xff00), 0])
  })

  it('may say that it gets on', async () => {
    const done = Promise.withResolvers<{ status: 0x0000 }>()
    let progress: (() => void) | undefined
    await using scp = await timed({
      'C-STORE-RQ': (operation) => {
        progress = operation.progress
        return done.promise
      },
    })
    const answer = ask(scp.channel, store, { dataSet })
    for (let times = 0; times < 5; times++) {
      await scp.pass(250_000)
      progress?.()
    }
    done.resolve({ status: 0 })
    expect(await answer).toMatchObject([{ status: 0 }])
  })

  it('is not blamed for a peer that sends slowly, but for what it does then', async () => {
    const read: number[] = []
    await using scp = await timed(
      {
        'C-STORE-RQ': async ({ dataSet: incoming }) => {
          for await (const run of incoming ?? []) read.push(run.length)
          return never()
        },
      },
      {
        handlerTimeoutMs: 10_000,
        messageTimeoutMs: 10_000_000,
        association: { idleTimeoutMs: 1_000_000 },
      },
    )
    const { association } = scp
    const context = [...association.facts.contexts.values()].find(
      ({ abstractSyntax }) => abstractSyntax === privateClass,
    )
    const ended = association.ended
    let answered = 0
    association.receive({
      fragment: () => answered++,
      releaseRequested: () => undefined,
      ended: () => undefined,
    })
    const { presentationContextId = 0 } = context ?? {}
    const command = encodeCommandSet({ ...store, messageId: 1, hasDataSet: true })
    association.send([{ presentationContextId, isCommand: true, isLast: true, data: [command] }])
    for (const isLast of [false, false, true]) {
      await scp.pass(900_000)
      expect([answered, scp.association.over]).toEqual([0, false])
      association.send([{ presentationContextId, isCommand: false, isLast, data: [new Uint8Array(2)] }])
    }
    await scp.pass(0)
    expect(read).toEqual([2, 2, 2])
    await scp.pass(10_000)
    await scp.pass(1_000)
    expect(answered).toBe(1)
    association.abort()
    await ended
  })

  it('may cancel what it has asked its peer for', async () => {
    await using scp = await timed({
      'C-STORE-RQ': async ({ invoke }) => {
        const asked = await invoke(
          { type: 'C-FIND-RQ', affectedSopClassUid: privateClass, priority },
          { dataSet },
        )
        await asked.cancel()
        return { status: 0, errorComment: String((await asked.next())?.command.status) }
      },
    })
    const answer = ask(scp.channel, store, { dataSet })
    const operation = await scp.channel.next()
    if (operation?.command.type !== 'C-FIND-RQ') throw new Error('no C-FIND')
    if (!operation.signal.aborted) await once(operation.signal, 'abort')
    await operation.respond(responseTo(operation.command, { status: 0xfe00 }))
    expect(await answer).toMatchObject([{ status: 0, errorComment: '65024' }])
  })

  it('ends with the association of a peer that drips its data set', async () => {
    let failure: unknown
    await using scp = await timed(
      {
        'C-STORE-RQ': async ({ dataSet: came }) => {
          failure = await came?.read().catch((error: unknown) => error)
          return { status: 0 }
        },
      },
      { messageTimeoutMs: 100_000 },
    )
    const { association } = scp
    const { presentationContextId } = contextFor(scp.channel, privateClass)
    const command = encodeCommandSet({ ...store, messageId: 1, hasDataSet: true })
    association.send([{ presentationContextId, isCommand: true, isLast: true, data: [command] }])
    const drop = { presentationContextId, isCommand: false, isLast: false, data: [new Uint8Array(2)] }
    for (let drops = 0; drops < 5; drops++) {
      expect(association.over).toBe(false)
      association.send([drop])
      await scp.pass(20_000)
    }
    expect(await association.ended).toMatchObject({ kind: 'aborted', error: { origin: 'peer' } })
    expect(failure).toMatchObject({ cause: { timer: 'message', timeoutMs: 100_000 } })
    expect(scp.scp.associations).toEqual([])
  })

  it('is not blamed for a peer that is slow to answer', async () => {
    await using scp = await timed(
      {
        'C-STORE-RQ': async ({ invoke }) => {
          const asked = await invoke({ type: 'C-ECHO-RQ', affectedSopClassUid: privateClass })
          const statuses: number[] = []
          for await (const { command } of asked) statuses.push(command.status)
          return { status: 0, errorComment: statuses.join() }
        },
      },
      { handlerTimeoutMs: 10_000 },
    )
    const answer = ask(scp.channel, store, { dataSet })
    const operation = await scp.channel.next()
    await scp.pass(60_000)
    if (operation?.command.type !== 'C-ECHO-RQ') throw new Error('no C-ECHO')
    await operation.respond({
      type: 'C-ECHO-RSP',
      messageIdBeingRespondedTo: operation.command.messageId,
      hasDataSet: false,
      status: 0,
    })
    expect(await answer).toMatchObject([{ status: 0, errorComment: '0' }])
  })

  it.each([
    [undefined, 300_000],
    [20_000, 20_000],
  ])('ends with the association of a peer that does not answer; with %s after %d ms', async (set, after) => {
    let failure: unknown
    await using scp = await timed(
      {
        'C-STORE-RQ': async ({ invoke }) => {
          const asked = await invoke({ type: 'C-ECHO-RQ', affectedSopClassUid: privateClass })
          failure = await asked.next().catch((error: unknown) => error)
          return { status: 0 }
        },
      },
      set === undefined ? {} : { responseTimeoutMs: set },
    )
    const answer = ask(scp.channel, store, { dataSet })
    answer.catch(() => undefined)
    await scp.channel.next()
    await scp.pass(after - 1)
    expect(scp.association.over).toBe(false)
    await scp.pass(1)
    await expect(answer).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    expect(failure).toEqual(new TimeoutError('dimse-response', after))
  })

  it('is seen by one timer for all, which ends with the last association and comes back with the next', async () => {
    await using scp = await timed(
      { 'C-STORE-RQ': () => Promise.resolve({ status: 0 }) },
      { handlerTimeoutMs: 200_000 },
    )
    const watching = () => scp.clock.remainingMs.filter((ms) => ms === 200_000)
    for (let times = 0; times < 5; times++) await ask(scp.channel, store, { dataSet })
    const other = await scp.associate()
    await ask(other, store, { dataSet })
    expect(watching()).toHaveLength(1)
    await scp.channel.release()
    await settled()
    expect(watching()).toHaveLength(1)
    await other.release()
    await settled()
    expect(watching()).toEqual([])
    const next = await scp.associate()
    await ask(next, store, { dataSet })
    expect(watching()).toHaveLength(1)
    await next.release()
  })

  it('of one that hangs ends with the SCP', async () => {
    await using scp = await timed({ 'C-STORE-RQ': never }, { handlerTimeoutMs: 200_000 })
    const answer = ask(scp.channel, store, { dataSet })
    answer.catch(() => undefined)
    await settled()
    const closed = scp.scp.close({ drainMs: 0 })
    await scp.pass(1_000)
    await closed
    expect(scp.clock.remainingMs.filter((ms) => ms > 50)).toEqual([])
  })
})

it.each([0, NaN, 2_147_483_648])('a timer of %d ms cannot be', (handlerTimeoutMs) => {
  const options = { aeTitle: 'SCP', transport: memoryTransport(), services: [verificationService()] }
  for (const timer of [
    { handlerTimeoutMs },
    { messageTimeoutMs: handlerTimeoutMs },
    { responseTimeoutMs: handlerTimeoutMs },
    { association: { idleTimeoutMs: handlerTimeoutMs } },
  ]) {
    expect(() => createScp({ ...options, ...timer })).toThrow(
      expect.objectContaining({ code: 'DCM_LIMIT_RANGE' }),
    )
  }
})
