import {
  collectDataSet,
  type CommandOf,
  DimseChannel,
  encodeCommandSet,
  OperationCancelledError,
  responseTo,
  statuses,
} from '@dcm/dimse'
import { FakeClock, settled } from '@dcm/testkit'
import { describe, expect, it, vi } from 'vitest'
import {
  associations,
  channels,
  contextOf,
  ctImageStorage,
  rawPeer,
  verification,
} from './associated-channels.ts'
import { echo, find, store } from './requests.ts'

describe('operations', () => {
  it('come out with their data set, and their answers come back', async () => {
    const { requestor, acceptor } = await channels()
    const body = Buffer.alloc(100_000, 'data set ')
    const invoking = requestor.invoke(contextOf(requestor, ctImageStorage), store, [body])
    const operation = await acceptor.next()
    expect(operation?.command).toMatchObject({ ...store, messageId: 1, hasDataSet: true })
    const received: Uint8Array[] = []
    for await (const chunk of operation?.dataSet ?? []) received.push(chunk)
    expect(Buffer.compare(Buffer.concat(received), body)).toBe(0)
    await operation?.respond(responseTo(operation.command as CommandOf<'C-STORE-RQ'>, { status: 0 }))
    const response = await (await invoking).next()
    expect(response?.command).toMatchObject({ type: 'C-STORE-RSP', status: 0, messageIdBeingRespondedTo: 1 })
    expect(acceptor.outstandingOperations).toBe(0)
    await requestor.release()
    expect(await acceptor.next()).toBeUndefined()
  })

  it('go in fragments that fit the peer’s maximum length', async () => {
    const { requestor, acceptor } = await channels({ maximumLengthBytes: 128 })
    const body = Buffer.alloc(1_001, 'x')
    const invoking = requestor.invoke(contextOf(requestor, ctImageStorage), store, {
      parts: [body.subarray(0, 1), body.subarray(1, 500), body.subarray(500)],
      read() {
        const part = this.parts.shift()
        return Promise.resolve(part && [part])
      },
    } as { parts: Buffer[]; read(): Promise<Buffer[] | undefined> })
    const operation = await acceptor.next()
    const received: Uint8Array[] = []
    for await (const chunk of operation?.dataSet ?? []) received.push(chunk)
    expect(Buffer.concat(received).length).toBe(1_001)
    await operation?.respond(responseTo(operation.command as CommandOf<'C-STORE-RQ'>, { status: 0 }))
    expect((await (await invoking).next())?.command.status).toBe(0)
  })

  it('are answered after their data set, read or not', async () => {
    const { requestor, acceptor } = await channels()
    const answered = (async () => {
      const invocation = await requestor.invoke(contextOf(requestor, ctImageStorage), store, [
        new Uint8Array(3_000_000),
      ])
      return invocation.next()
    })()
    const operation = await acceptor.next()
    await operation?.respond(
      responseTo(operation.command as CommandOf<'C-STORE-RQ'>, { status: statuses.RefusedOutOfResources }),
    )
    expect((await answered)?.command.status).toBe(0xa700)
    const again = requestor.invoke(contextOf(requestor, verification), echo)
    const next = await acceptor.next()
    await next?.respond(responseTo(next.command as CommandOf<'C-ECHO-RQ'>, { status: 0 }))
    expect((await (await again).next())?.command.status).toBe(0)
  })

  it('run as many at once as the window allows, answered in any order', async () => {
    const { requestor, acceptor } = await channels({ window: 2 })
    const context = contextOf(requestor, verification)
    const first = await requestor.invoke(context, echo)
    const second = await requestor.invoke(context, echo)
    let thirdSent = false
    const third = requestor.invoke(context, echo).then((invocation) => {
      thirdSent = true
      return invocation
    })
    const operations = [await acceptor.next(), await acceptor.next()]
    await settled()
    expect(thirdSent).toBe(false)
    const answer = async (operation: Awaited<ReturnType<typeof acceptor.next>>) =>
      operation?.respond(responseTo(operation.command as CommandOf<'C-ECHO-RQ'>, { status: 0 }))
    await answer(operations[1])
    expect((await second.next())?.command.messageIdBeingRespondedTo).toBe(2)
    await third
    await answer(operations[0])
    expect((await first.next())?.command.messageIdBeingRespondedTo).toBe(1)
    expect(await first.next()).toBeUndefined()
  })

  it('go one behind the other, each whole, also when one has gone and the next is on its way', async () => {
    const { requestor, acceptor } = await channels({ window: 3 })
    const context = contextOf(requestor, ctImageStorage)
    const rest = Promise.withResolvers<undefined>()
    const batches = [[new Uint8Array(40_000)]]
    const invoking = [
      requestor.invoke(context, store, { read: () => Promise.resolve(undefined) }),
      requestor.invoke(context, store, {
        read: () => (batches.length > 0 ? Promise.resolve(batches.shift()) : rest.promise),
      }),
    ]
    await settled()
    // The first has gone, and the second has begun.
    invoking.push(requestor.invoke(contextOf(requestor, verification), echo))
    await settled()
    rest.resolve(undefined)
    const lengths: (number | undefined)[] = []
    for (let count = 0; count < 3; count++) {
      const { dataSet } = (await acceptor.next()) ?? {}
      lengths.push(dataSet && (await collectDataSet(dataSet)).length)
    }
    expect(lengths).toEqual([0, 40_000, undefined])
    await Promise.all(invoking)
    requestor.abort()
  })

  it.each([0, 65_535])('are 1024 at once at most with a window of %i', async (window) => {
    const { requestor, acceptor } = await associations({ window })
    const channel = new DimseChannel(requestor)
    const peer = rawPeer(acceptor)
    const context = contextOf(channel, verification)
    const sent = { requests: 0 }
    const invoking = Array.from({ length: 1_030 }, async () => {
      const invocation = await channel.invoke(context, echo)
      sent.requests++
      return invocation.next()
    })
    await settled()
    expect(sent.requests).toBe(1_024)
    for (let answered = 0; answered < 1_030; answered++) {
      const request = await peer.next()
      if (request.type !== 'C-ECHO-RQ') throw new Error(request.type)
      peer.command(1, encodeCommandSet({ ...responseTo(request, { status: 0 }) }))
    }
    expect((await Promise.all(invoking)).every((response) => response?.command.status === 0)).toBe(true)
    requestor.abort()
  })

  it('end with a release that waits for their answers', async () => {
    const { requestor, acceptor } = await channels()
    await requestor.invoke(contextOf(requestor, verification), echo)
    const operation = await acceptor.next()
    let released = false
    const releasing = requestor.release().then(() => (released = true))
    await settled()
    expect(released).toBe(false)
    await operation?.respond(responseTo(operation.command as CommandOf<'C-ECHO-RQ'>, { status: 0 }))
    await releasing
  })

  it('of ours end when the peer asks for release, as it cannot answer any more', async () => {
    const { requestor, acceptor } = await associations({ window: 2 })
    const channel = new DimseChannel(acceptor)
    const context = contextOf(channel, verification)
    const peer = rawPeer(requestor)
    peer.command(1, { ...echo, messageId: 7, hasDataSet: false })
    const operation = await channel.next()
    const asked = await channel.invoke(context, echo)
    const answer = expect(asked.next()).rejects.toMatchObject({ code: 'DCM_ABORTED', origin: 'peer' })
    const waiting = expect(channel.invoke(context, echo)).rejects.toMatchObject({ code: 'DCM_ABORTED' })
    const releasing = requestor.release()
    await answer
    await waiting
    await expect(channel.invoke(context, echo)).rejects.toMatchObject({ code: 'DCM_ABORTED' })
    await operation?.respond(responseTo(operation.command as CommandOf<'C-ECHO-RQ'>, { status: 0 }))
    await releasing
    expect(await acceptor.ended).toEqual({ kind: 'released' })
  })

  it.each([
    ['command', true, new Uint8Array(20)],
    ['data set', false, new Uint8Array(8)],
  ])('are aborted at once by a release inside their %s', async (_, isCommand, data) => {
    const { requestor, acceptor: association } = await associations()
    const acceptor = new DimseChannel(association)
    const peer = rawPeer(requestor)
    const { presentationContextId } = contextOf(acceptor, ctImageStorage)
    if (!isCommand) peer.command(presentationContextId, { ...store, messageId: 1, hasDataSet: true })
    requestor.send([{ presentationContextId, isCommand, isLast: false, data: [data] }])
    const releasing = requestor.release()
    await expect(releasing).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    expect(await association.ended).toMatchObject({
      error: { cause: { code: 'DCM_RELEASE_INSIDE_MESSAGE' } },
    })
    if (isCommand) return
    const operation = await acceptor.next()
    await expect(operation?.dataSet?.read()).rejects.toMatchObject({ code: 'DCM_ABORTED' })
  })
})

describe('C-CANCEL', () => {
  const find = { type: 'C-FIND-RQ', affectedSopClassUid: verification, priority: 'medium' } as const

  it('fires the operation’s signal, and nothing else', async () => {
    const { requestor, acceptor } = await channels()
    const invocation = await requestor.invoke(contextOf(requestor, verification), find, [new Uint8Array(8)])
    const operation = await acceptor.next()
    await invocation.cancel()
    await settled()
    expect(operation?.signal.reason).toBeInstanceOf(OperationCancelledError)
    await operation?.respond(responseTo(operation.command as CommandOf<'C-FIND-RQ'>, { status: 0xfe00 }))
    expect((await invocation.next())?.command.status).toBe(0xfe00)
    await invocation.cancel()
  })

  it('of an operation that cannot be cancelled, or of none, is ignored', async () => {
    const { requestor, acceptor } = await channels()
    const context = contextOf(requestor, verification)
    const invocation = await requestor.invoke(context, echo)
    const operation = await acceptor.next()
    await invocation.cancel()
    await settled()
    expect(operation?.signal.aborted).toBe(false)
    await operation?.respond(responseTo(operation.command as CommandOf<'C-ECHO-RQ'>, { status: 0 }))
    expect((await invocation.next())?.command.status).toBe(0)
    requestor.association.send([
      {
        presentationContextId: context.presentationContextId,
        isCommand: true,
        isLast: true,
        data: [encodeCommandSet({ type: 'C-CANCEL-RQ', messageIdBeingRespondedTo: 99, hasDataSet: false })],
      },
    ])
    await requestor.invoke(context, echo)
    expect((await acceptor.next())?.command).toMatchObject({ type: 'C-ECHO-RQ', messageId: 2 })
  })
})

describe('a peer that does not answer', () => {
  it.each([0, Number.NaN])('cannot be given %d ms', async (responseTimeoutMs) => {
    const { requestor } = await associations()
    expect(() => new DimseChannel(requestor, { responseTimeoutMs })).toThrow(
      expect.objectContaining({ code: 'DCM_LIMIT_RANGE' }),
    )
  })

  it('ends the association when its time is over', async () => {
    const clock = new FakeClock()
    const { requestor, acceptor } = await associations({ clock })
    const channel = new DimseChannel(requestor, { responseTimeoutMs: 500 })
    const other = new DimseChannel(acceptor)
    const invocation = await channel.invoke(contextOf(channel, verification), echo)
    expect(await other.next()).toBeDefined()
    const next = other.next()
    const response = invocation.next()
    const onTimeout = vi.fn(() => channel.association.over)
    invocation.onTimeout = onTimeout
    clock.advance(500)
    expect(onTimeout).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ timer: 'dimse-response' }))
    expect(onTimeout).toHaveReturnedWith(false)
    await expect(response).rejects.toMatchObject({ timer: 'dimse-response', timeoutMs: 500 })
    await expect(next).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    await expect(invocation.next()).rejects.toMatchObject({ timer: 'dimse-response' })
  })

  it('has its time again after each pending response, and none after the last', async () => {
    const clock = new FakeClock()
    const { requestor, acceptor } = await associations({ clock })
    const channel = new DimseChannel(requestor, { responseTimeoutMs: 500 })
    const peer = rawPeer(acceptor)
    acceptor.ourTurn = true
    const invocation = await channel.invoke(contextOf(channel, verification), find, [new Uint8Array(8)])
    const request = (await peer.next()) as CommandOf<'C-FIND-RQ'>
    for (let pending = 0; pending < 3; pending++) {
      clock.advance(400)
      peer.command(1, { ...responseTo(request, { status: statuses.Pending }), hasDataSet: true })
      peer.dataSet(1, new Uint8Array(8))
      expect((await invocation.next())?.command.status).toBe(0xff00)
    }
    clock.advance(400)
    peer.command(1, responseTo(request, { status: 0 }))
    expect((await invocation.next())?.command.status).toBe(0)
    clock.advance(500)
    expect(requestor.over).toBe(false)
  })

  it('has the time that the request names, whatever another has', async () => {
    const clock = new FakeClock()
    const { requestor, acceptor } = await associations({ clock, window: 2 })
    const channel = new DimseChannel(requestor, { responseTimeoutMs: 500 })
    rawPeer(acceptor)
    acceptor.ourTurn = true
    const context = contextOf(channel, verification)
    const patient = await channel.invoke(context, echo)
    const impatient = await channel.invoke(context, echo, undefined, { responseTimeoutMs: 200 })
    const responses = Promise.allSettled([patient.next(), impatient.next()])
    clock.advance(199)
    expect(requestor.over).toBe(false)
    clock.advance(1)
    expect(await responses).toMatchObject([
      { reason: { code: 'DCM_ABORTED', cause: { timer: 'dimse-response', timeoutMs: 200 } } },
      { reason: { timer: 'dimse-response', timeoutMs: 200 } },
    ])
    await Promise.all([requestor.closed, acceptor.closed])
    expect(clock.pending).toBe(0)
  })

  it.each([0, Number.NaN])('cannot be given %d ms for one operation', async (responseTimeoutMs) => {
    const { requestor } = await channels()
    const invoked = requestor.invoke(contextOf(requestor, verification), echo, undefined, {
      responseTimeoutMs,
    })
    await expect(invoked).rejects.toMatchObject({ code: 'DCM_LIMIT_RANGE' })
    expect(requestor.busy).toBe(false)
  })

  it('owes nothing while it is held, and has all its time when it progressed', async () => {
    const clock = new FakeClock()
    const { requestor, acceptor } = await associations({ clock })
    const channel = new DimseChannel(requestor, { responseTimeoutMs: 500 })
    const peer = rawPeer(acceptor)
    acceptor.ourTurn = true
    const invocation = await channel.invoke(contextOf(channel, verification), find, [new Uint8Array(8)])
    const request = (await peer.next()) as CommandOf<'C-FIND-RQ'>
    invocation.hold()
    // A response does not end that.
    peer.command(1, { ...responseTo(request, { status: statuses.Pending }), hasDataSet: true })
    peer.dataSet(1, new Uint8Array(8))
    await invocation.next()
    clock.advance(5_000)
    expect(requestor.over).toBe(false)
    invocation.progressed()
    const next = invocation.next()
    clock.advance(499)
    expect(requestor.over).toBe(false)
    clock.advance(1)
    await expect(next).rejects.toMatchObject({ timer: 'dimse-response' })
  })

  it('is waited for by one timer, however many messages there are', async () => {
    const clock = new FakeClock()
    const { requestor, acceptor } = await associations({ clock })
    const channel = new DimseChannel(requestor)
    const peer = rawPeer(acceptor)
    acceptor.ourTurn = true
    const exchange = async (): Promise<void> => {
      const invocation = await channel.invoke(contextOf(channel, verification), echo)
      peer.command(1, responseTo((await peer.next()) as CommandOf<'C-ECHO-RQ'>, { status: 0 }))
      await invocation.next()
    }
    await exchange()
    const set = vi.spyOn(clock, 'setTimeout')
    for (let times = 0; times < 100; times++) await exchange()
    expect(set).not.toHaveBeenCalled()
  })
})

describe('while the reading is held back', () => {
  /** An operation of ours that waits, and so many of the peer that nobody takes that the response behind them is not read. */
  async function held(options: ConstructorParameters<typeof DimseChannel>[1]) {
    const clock = new FakeClock()
    const { requestor, acceptor } = await associations({ clock })
    const channel = new DimseChannel(acceptor, { responseTimeoutMs: 500, ...options })
    const peer = rawPeer(requestor)
    requestor.ourTurn = true
    const invocation = await channel.invoke(contextOf(channel, verification), echo)
    const request = (await peer.next()) as CommandOf<'C-ECHO-RQ'>
    for (let messageId = 1; messageId <= 16; messageId++) {
      peer.command(1, { ...echo, messageId, hasDataSet: false })
    }
    peer.command(1, responseTo(request, { status: 0 }))
    await settled()
    return { clock, channel, response: invocation.next() }
  }

  it('the response timer goes on: a peer could hold us for ever', async () => {
    const { clock, response } = await held({})
    clock.advance(500)
    await expect(response).rejects.toMatchObject({ timer: 'dimse-response', timeoutMs: 500 })
  })

  it('it rests where it may: the response is read when we go on', async () => {
    const { clock, channel, response } = await held({ restTimeoutMs: 2_000 })
    clock.advance(1_999)
    expect(channel.association.over).toBe(false)
    await channel.next()
    expect(await response).toMatchObject({ command: { status: 0 } })
    channel.abort()
  })

  it('it rests no longer than it may', async () => {
    const { clock, channel, response } = await held({ restTimeoutMs: 2_000 })
    clock.advance(1_999)
    expect(channel.association.over).toBe(false)
    clock.advance(1)
    await expect(response).rejects.toMatchObject({ timer: 'dimse-response', timeoutMs: 500 })
  })
})

describe('the idle timer', () => {
  function minutes(clock: FakeClock, count: number): void {
    for (let second = 0; second < 60 * count; second++) clock.advance(1_000)
  }

  it('is not for a requestor between its operations', async () => {
    const clock = new FakeClock()
    const { requestor, acceptor } = await associations({ clock })
    const channel = new DimseChannel(requestor)
    rawPeer(acceptor)
    acceptor.ourTurn = true
    minutes(clock, 10)
    expect(channel.association.over).toBe(false)
  })

  it('is not for an acceptor that waits for a response', async () => {
    const clock = new FakeClock()
    const { requestor, acceptor } = await associations({ clock })
    const channel = new DimseChannel(acceptor, { responseTimeoutMs: 240_000 })
    rawPeer(requestor)
    requestor.ourTurn = true
    const invocation = await channel.invoke(contextOf(channel, verification), echo)
    const response = expect(invocation.next()).rejects.toMatchObject({ timer: 'dimse-response' })
    minutes(clock, 3)
    expect(acceptor.over).toBe(false)
    expect(channel.busy).toBe(true)
    minutes(clock, 1)
    await response
  })

  it('begins for an acceptor whose request could not be sent', async () => {
    const clock = new FakeClock()
    const { requestor, acceptor } = await associations({ clock })
    const channel = new DimseChannel(acceptor)
    requestor.ourTurn = true
    const invoking = channel.invoke(contextOf(channel, verification), {
      ...echo,
      affectedSopClassUid: 'none',
    })
    await expect(invoking).rejects.toMatchObject({ code: 'DCM_COMMAND_VALUE' })
    minutes(clock, 1)
    expect(await acceptor.ended).toMatchObject({ error: { cause: { timer: 'idle' } } })
  })

  it('begins when an acceptor has answered', async () => {
    const clock = new FakeClock()
    const { requestor, acceptor } = await associations({ clock })
    const channel = new DimseChannel(acceptor)
    const peer = rawPeer(requestor)
    requestor.ourTurn = true
    peer.command(1, { ...echo, messageId: 1, hasDataSet: false })
    const operation = await channel.next()
    expect(channel.busy).toBe(true)
    minutes(clock, 3)
    await operation?.respond(responseTo(operation.command as CommandOf<'C-ECHO-RQ'>, { status: 0 }))
    expect(acceptor.over).toBe(false)
    minutes(clock, 1)
    expect(await acceptor.ended).toMatchObject({ error: { cause: { timer: 'idle' } } })
  })
})

describe('an abort', () => {
  it('is told to all who wait for the window', async () => {
    const { requestor, acceptor } = await channels()
    const context = contextOf(requestor, verification)
    const invocation = await requestor.invoke(context, echo)
    const others = Promise.allSettled([requestor.invoke(context, echo), requestor.invoke(context, echo)])
    acceptor.abort()
    await expect(invocation.next()).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    expect((await others).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  it('fails what runs on both sides', async () => {
    const { requestor, acceptor } = await channels()
    const never = new Promise<undefined>(() => undefined)
    const sending = requestor.invoke(contextOf(requestor, ctImageStorage), store, { read: () => never })
    const operation = await acceptor.next()
    const reading = operation?.dataSet?.read()
    requestor.abort(new Error('enough'))
    await expect(sending).rejects.toMatchObject({ code: 'DCM_ABORTED' })
    await expect(reading).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    expect(operation?.signal.aborted).toBe(true)
    await expect(acceptor.next()).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    await expect(requestor.invoke(contextOf(requestor, verification), echo)).rejects.toMatchObject({
      code: 'DCM_ABORTED',
    })
  })

  it.each(['begun', 'not begun'])('ends what waits for its source, %s', async (how) => {
    const { requestor, acceptor } = await channels()
    const runs = how === 'begun' ? [[new Uint8Array(100_000)]] : []
    const late = Promise.withResolvers<undefined>()
    const sending = requestor.invoke(contextOf(requestor, ctImageStorage), store, {
      read: () => (runs.length > 0 ? Promise.resolve(runs.shift()) : late.promise),
    })
    await settled()
    acceptor.abort()
    await expect(sending).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    late.reject(new Error('the source broke afterwards'))
    await settled()
  })

  it('ends what waits for the message before it, and its source is left alone', async () => {
    const { requestor } = await channels({ window: 2 })
    const context = contextOf(requestor, ctImageStorage)
    const first = requestor.invoke(context, store, { read: () => new Promise(() => undefined) })
    const read = vi.fn(() => Promise.resolve(undefined))
    const second = requestor.invoke(context, store, { read })
    const both = Promise.allSettled([first, second])
    await settled()
    requestor.abort()
    const error = { code: 'DCM_ABORTED' }
    expect(await both).toMatchObject([{ reason: error }, { reason: error }])
    expect(read).not.toHaveBeenCalled()
  })

  it('in any of the turns that a message takes to begin ends it, too', async () => {
    for (let turns = 0; turns < 25; turns++) {
      const { requestor } = await channels()
      const sending = requestor.invoke(contextOf(requestor, ctImageStorage), store, {
        read: () => new Promise(() => undefined),
      })
      sending.catch(() => undefined)
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      requestor.abort()
      await expect(sending).rejects.toMatchObject({ code: 'DCM_ABORTED' })
    }
  })
})

describe('a peer that does not follow the rules is aborted', () => {
  const rawPdv = (presentationContextId: number, isCommand: boolean, data: Uint8Array) => [
    { presentationContextId, isCommand, isLast: true, data: [data] },
  ]
  const echoResponse = encodeCommandSet({
    type: 'C-ECHO-RSP',
    messageIdBeingRespondedTo: 9,
    status: 0,
    hasDataSet: false,
  })
  it.each([
    ['a response to nothing', rawPdv(1, true, echoResponse), 'DCM_UNEXPECTED_RESPONSE'],
    ['a data set without a command', rawPdv(1, false, new Uint8Array(2)), 'DCM_UNEXPECTED_DATA_SET'],
  ])('%s', async (_, pdvs, code) => {
    const { requestor, acceptor } = await associations()
    const channel = new DimseChannel(acceptor)
    requestor.receive({
      fragment: () => undefined,
      releaseRequested: () => undefined,
      ended: () => undefined,
    })
    requestor.send(pdvs)
    await expect(channel.next()).rejects.toMatchObject({ cause: { code } })
  })

  it('one whose maximum length leaves no room gets no message', async () => {
    const { requestor, acceptor } = await channels({ maximumLengthBytes: 1 })
    await expect(requestor.invoke(contextOf(requestor, verification), echo)).rejects.toMatchObject({
      code: 'DCM_MAXIMUM_LENGTH_TOO_SMALL',
    })
    await expect(acceptor.next()).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
  })

  it.each([echo, { type: 'unrecognized', commandField: 0x0777 } as const])(
    'requests that nobody takes hold the connection back: $type',
    async (request) => {
      const { requestor, acceptor } = await associations()
      const channel = new DimseChannel(acceptor)
      requestor.receive({
        fragment: () => undefined,
        releaseRequested: () => undefined,
        ended: () => undefined,
      })
      const flood = Array.from({ length: 100 }, (_, index) =>
        rawPdv(1, true, encodeCommandSet({ ...request, messageId: index + 1, hasDataSet: false })),
      ).flat()
      requestor.send(flood)
      await settled()
      expect(channel.outstandingOperations).toBe(16)
      for (let index = 1; index <= 100; index++) {
        const operation = await channel.next()
        expect(operation?.command.messageId).toBe(index)
        operation?.end()
      }
    },
  )
})

describe('a message that the peer began and does not go on with', () => {
  const half = { presentationContextId: 1, isCommand: true, isLast: false, data: [new Uint8Array(4)] }
  const idle = { kind: 'aborted', error: { cause: { timer: 'idle' } } }

  it.each(['requestor', 'acceptor'] as const)('ends the association of an idle %s', async (role) => {
    const clock = new FakeClock()
    const pair = await associations({ clock })
    const channel = new DimseChannel(pair[role])
    const peer = pair[role === 'requestor' ? 'acceptor' : 'requestor']
    peer.ourTurn = true
    peer.send([half])
    await settled()
    expect(channel.busy).toBe(true)
    for (let second = 0; second < 70; second++) clock.advance(1_000)
    expect(await channel.association.ended).toMatchObject(idle)
  })

  it('leaves no timer behind when the association ends, nor does an answer that is waited for', async () => {
    const clock = new FakeClock()
    const { requestor, acceptor } = await associations({ clock })
    const channel = new DimseChannel(requestor)
    await channel.invoke(contextOf(channel, verification), echo)
    acceptor.send([half])
    await settled()
    acceptor.abort()
    await Promise.all([requestor.closed, acceptor.closed])
    expect(clock.pending).toBe(0)
    expect(channel.busy).toBe(false)
  })

  it('ends the association of an acceptor that has yet to answer an operation', async () => {
    const clock = new FakeClock()
    const { requestor, acceptor } = await associations({ clock })
    const channel = new DimseChannel(acceptor)
    requestor.ourTurn = true
    rawPeer(requestor).command(1, { ...echo, messageId: 1, hasDataSet: false })
    const operation = await channel.next()
    for (let second = 0; second < 70; second++) clock.advance(1_000)
    expect(channel.association.over).toBe(false)
    requestor.send([half])
    await settled()
    for (let second = 0; second < 70; second++) clock.advance(1_000)
    expect(await acceptor.ended).toMatchObject(idle)
    expect(operation?.signal.aborted).toBe(true)
  })
})

describe('a message that the peer drips', () => {
  const drop = { presentationContextId: 3, isLast: false, data: [new Uint8Array(8)] }

  /** A channel in this role, whose peer sends what it is told each half a minute, in which no other timer fires. */
  async function dripping(role: 'requestor' | 'acceptor' = 'acceptor') {
    const clock = new FakeClock()
    const pair = await associations({ clock, maximumLengthBytes: 131_072 })
    const channel = new DimseChannel(pair[role])
    const peer = rawPeer(pair[role === 'requestor' ? 'acceptor' : 'requestor'])
    peer.association.ourTurn = true
    return {
      channel,
      clock,
      peer,
      drip: async (count: number, pdv: Parameters<typeof peer.association.send>[0][number]) => {
        for (let sent = 0; sent < count && !channel.association.over; sent++) {
          peer.association.send([pdv])
          await settled()
          clock.advance(30_000)
          await settled()
        }
      },
    }
  }

  const tooSlow = { kind: 'aborted', error: { cause: { timer: 'message', timeoutMs: 300_000 } } }

  it.each(['requestor', 'acceptor'] as const)('as a command ends the association of a %s', async (role) => {
    const { channel, drip } = await dripping(role)
    await drip(9, { ...drop, isCommand: true })
    expect(channel.association.over).toBe(false)
    await drip(1, { ...drop, isCommand: true })
    expect(await channel.association.ended).toMatchObject(tooSlow)
  })

  it('as a data set ends it, and fails its reader', async () => {
    const { channel, peer, drip } = await dripping()
    peer.command(3, { ...store, messageId: 1, hasDataSet: true })
    const operation = await channel.next()
    const reading = expect(operation?.dataSet?.read()).rejects.toMatchObject({
      cause: { timer: 'message' },
    })
    await drip(10, { ...drop, isCommand: false })
    await reading
    expect(operation?.signal.aborted).toBe(true)
    expect(await channel.association.ended).toMatchObject(tooSlow)
  })

  it('but not too slowly, is taken', async () => {
    const { channel, peer, drip } = await dripping()
    peer.command(3, { ...store, messageId: 1, hasDataSet: true })
    const operation = await channel.next()
    const reading = operation?.dataSet?.read()
    // 80 KB in five minutes.
    await drip(100, { ...drop, isCommand: false, data: [new Uint8Array(8_000)] })
    await drip(1, { ...drop, isCommand: false, isLast: true })
    const runs = (await reading) ?? []
    expect(runs.reduce((sum, { length }) => sum + length, 0)).toBe(800_008)
    // Between messages nothing of it runs.
    await drip(20, { ...drop, presentationContextId: 1, isCommand: true, isLast: true, data: [echoed()] })
    expect(channel.association.over).toBe(false)
    channel.abort()
  })

  it('because we do not read it, is waited for', async () => {
    const { channel, clock, peer, drip } = await dripping()
    peer.command(3, { ...store, messageId: 1, hasDataSet: true })
    const operation = await channel.next()
    const batch = Array.from({ length: 16 }, () => ({
      ...drop,
      isCommand: false,
      data: [new Uint8Array(65_536)],
    }))
    peer.association.send(batch)
    await settled()
    clock.advance(3_000_000)
    expect(channel.association.over).toBe(false)
    expect(await operation?.dataSet?.read()).toHaveLength(16)
    await drip(9, { ...drop, isCommand: false })
    expect(channel.association.over).toBe(false)
    await drip(1, { ...drop, isCommand: false })
    expect(await channel.association.ended).toMatchObject(tooSlow)
  })

  const echoed = (): Uint8Array => encodeCommandSet({ ...echo, messageId: 1, hasDataSet: false })
})
