import { type CommandOf, type Operation, responseTo, type Response } from '@dcm/dimse'
import { settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { type ChannelPair, channels, contextOf, ctImageStorage, verification } from './associated-channels.ts'
import { echo, find, store } from './requests.ts'

async function echoOf({ requestor, acceptor }: ChannelPair): Promise<Operation> {
  void requestor.invoke(contextOf(requestor, verification), echo).catch(() => undefined)
  const operation = await acceptor.next()
  if (!operation) throw new Error('no operation')
  return operation
}

describe('a response that is none to its operation', () => {
  const good: Response = { type: 'C-ECHO-RSP', messageIdBeingRespondedTo: 1, status: 0, hasDataSet: false }
  it.each<[string, Response, string]>([
    ['to another message', { ...good, messageIdBeingRespondedTo: 2 }, 'DCM_RESPONSE_MISMATCHED'],
    ['of another service', { ...good, type: 'C-STORE-RSP' }, 'DCM_RESPONSE_MISMATCHED'],
    ['that announces a data set it does not have', { ...good, hasDataSet: true }, 'DCM_RESPONSE_MISMATCHED'],
    ['that breaks a condition', { ...good, status: 0xff00 }, 'DCM_COMMAND_CONDITION'],
    ['that cannot be encoded', { ...good, affectedSopClassUid: 'none' }, 'DCM_COMMAND_VALUE'],
  ])('%s is not sent, and a right one still can be', async (_, response, code) => {
    const pair = await channels()
    const operation = await echoOf(pair)
    await expect(operation.respond(response)).rejects.toMatchObject({ name: 'UsageError', code })
    expect(operation.completed).toBe(false)
    await operation.respond(good)
    expect(operation.completed).toBe(true)
    await operation.answered
    pair.requestor.abort()
  })

  it('whose data set is not announced is not sent', async () => {
    const pair = await channels()
    const operation = await echoOf(pair)
    await expect(operation.respond(good, [new Uint8Array(2)])).rejects.toMatchObject({
      code: 'DCM_RESPONSE_MISMATCHED',
    })
    pair.requestor.abort()
  })

  it('whose data set cannot be read is not sent, and another still can be', async () => {
    const { requestor, acceptor } = await channels()
    const invoking = requestor.invoke(contextOf(requestor, verification), {
      type: 'N-GET-RQ',
      requestedSopClassUid: verification,
      requestedSopInstanceUid: '1.2.3',
    })
    const operation = await acceptor.next()
    const request = operation?.command as CommandOf<'N-GET-RQ'>
    const broken = new Error('the source is broken')
    await expect(
      operation?.respond(responseTo(request, { status: 0, hasDataSet: true }), {
        read: () => Promise.reject(broken),
      }),
    ).rejects.toBe(broken)
    expect(operation?.completed).toBe(false)
    await operation?.respond(responseTo(request, { status: 0x0110 }))
    expect((await (await invoking).next())?.command.status).toBe(0x0110)
    requestor.abort()
  })

  it('after the last is refused, also while that is on its way', async () => {
    const pair = await channels()
    const operation = await echoOf(pair)
    const answers = [operation.respond(good), operation.respond(good)]
    expect((await Promise.allSettled(answers)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    await expect(operation.respond(good)).rejects.toMatchObject({ code: 'DCM_ANSWERED_TWICE' })
    pair.requestor.abort()
  })
})

describe('an operation', () => {
  it('says which conditions its request breaks', async () => {
    const pair = await channels()
    expect((await echoOf(pair)).faults).toEqual([])
    pair.requestor.abort()
  })

  it('answers with data sets, one for each pending response', async () => {
    const { requestor, acceptor } = await channels()
    const invocation = await requestor.invoke(contextOf(requestor, verification), find, [new Uint8Array(2)])
    const operation = await acceptor.next()
    const request = operation?.command as CommandOf<'C-FIND-RQ'>
    for (const match of ['A', 'B']) {
      const bytes = Buffer.from(match)
      await operation?.respond(responseTo(request, { status: 0xff00, hasDataSet: true }), [bytes])
    }
    await operation?.respond(responseTo(request, { status: 0x0000 }))
    const matches: string[] = []
    for await (const { dataSet } of invocation) {
      for await (const run of dataSet ?? []) matches.push(Buffer.from(run).toString())
    }
    expect(matches).toEqual(['A', 'B'])
    requestor.abort()
  })

  it('keeps the first reason to stop, whoever asks first', async () => {
    const pair = await channels()
    const operation = await echoOf(pair)
    const [first, second] = [new Error('first'), new Error('second')]
    operation.interrupt(first)
    operation.interrupt(second)
    expect(operation.signal.reason).toBe(first)
    operation.interrupt(second)
    expect(operation.signal.reason).toBe(first)
    operation.end()
    operation.end()
    expect(pair.acceptor.outstandingOperations).toBe(0)
    pair.requestor.abort()
  })

  it('is told that the association is over, also when the one before it ends at that', async () => {
    const { requestor, acceptor } = await channels({ window: 2 })
    const context = contextOf(requestor, verification)
    for (let count = 0; count < 2; count++) await requestor.invoke(context, echo)
    const [first, second] = [await acceptor.next(), await acceptor.next()]
    first?.signal.addEventListener('abort', () => {
      first.end()
    })
    requestor.abort()
    await acceptor.association.ended
    expect([first?.signal.aborted, second?.signal.aborted]).toEqual([true, true])
  })

  it('whose association is over cannot be answered, and is over itself', async () => {
    const pair = await channels()
    const operation = await echoOf(pair)
    pair.requestor.abort()
    await pair.acceptor.association.ended
    const answer = responseTo(operation.command as CommandOf<'C-ECHO-RQ'>, { status: 0 })
    await expect(operation.respond(answer)).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    expect(operation.completed).toBe(true)
  })
})

describe('an invocation', () => {
  it('that cannot be encoded takes no place in the window', async () => {
    const { requestor, acceptor } = await channels()
    const context = contextOf(requestor, verification)
    await expect(requestor.invoke(context, { ...echo, affectedSopClassUid: 'none' })).rejects.toMatchObject({
      code: 'DCM_COMMAND_VALUE',
    })
    await expect(requestor.invoke(context, find)).rejects.toMatchObject({ code: 'DCM_COMMAND_CONDITION' })
    expect(requestor.busy).toBe(false)
    await requestor.invoke(context, echo)
    expect((await acceptor.next())?.command).toMatchObject({ type: 'C-ECHO-RQ', messageId: 3 })
    requestor.abort()
  })

  it('that waits for its turn fails with the association', async () => {
    const { requestor } = await channels()
    const context = contextOf(requestor, verification)
    const first = await requestor.invoke(context, echo)
    const second = requestor.invoke(context, echo)
    requestor.abort()
    await expect(first.next()).rejects.toMatchObject({ code: 'DCM_ABORTED' })
    await expect(second).rejects.toMatchObject({ code: 'DCM_ABORTED' })
  })

  it('settles for all who wait for it', async () => {
    const { requestor, acceptor } = await channels()
    const arriving = [acceptor.next(), acceptor.next()]
    const invocation = await requestor.invoke(contextOf(requestor, verification), echo)
    const responses = [invocation.next(), invocation.next()]
    const [operation, same] = await Promise.all(arriving)
    expect(same).toBe(operation)
    await operation?.respond(responseTo(operation.command as CommandOf<'C-ECHO-RQ'>, { status: 0 }))
    expect(await Promise.all(responses)).toMatchObject([
      { command: { status: 0 } },
      { command: { status: 0 } },
    ])
  })

  it('on a released association is a usage error, and what was outstanding fails', async () => {
    const { requestor, acceptor } = await channels()
    const context = contextOf(requestor, verification)
    const invocation = await requestor.invoke(context, echo)
    const operation = await acceptor.next()
    // The peer answers nothing more, and leaves.
    operation?.end()
    const releasing = requestor.release()
    await releasing
    await expect(invocation.next()).rejects.toMatchObject({ code: 'DCM_ABORTED' })
    await expect(requestor.invoke(context, echo)).rejects.toMatchObject({ code: 'DCM_ASSOCIATION_OVER' })
  })

  it('on an association that the peer has released is not our mistake', async () => {
    const { requestor, acceptor } = await channels()
    await acceptor.release()
    await expect(requestor.invoke(contextOf(requestor, verification), echo)).rejects.toMatchObject({
      name: 'AssociationAbortedError',
      origin: 'peer',
    })
  })

  it('whose source breaks in the middle of its data set takes the association with it', async () => {
    const { requestor, acceptor } = await channels()
    const lost = new Error('the disk is gone')
    const parts = [[new Uint8Array(40_000)]]
    const source = {
      read: async () => {
        await settled(1)
        const part = parts.shift()
        if (!part) throw lost
        return part
      },
    }
    await expect(requestor.invoke(contextOf(requestor, ctImageStorage), store, source)).rejects.toBe(lost)
    await expect(acceptor.association.ended).resolves.toMatchObject({ kind: 'aborted' })
  })
})
