import {
  type CommandSet,
  DimseChannel,
  encodeCommandSet,
  type Invocation,
  type RequestToSend,
} from '@dcm/dimse'
import { FakeClock, settled, withElement } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { dataSetBatchBytes } from '../src/message/data-set-stream.ts'
import { associations, contextOf, ctImageStorage, rawPeer, verification } from './associated-channels.ts'
import { echo, find, store } from './requests.ts'

const identifier = [new Uint8Array(8)]

const echoed = (messageId: number): CommandSet => ({
  type: 'C-ECHO-RSP',
  messageIdBeingRespondedTo: messageId,
  status: 0x0000,
  hasDataSet: false,
})
const match: CommandSet = {
  type: 'C-FIND-RSP',
  messageIdBeingRespondedTo: 1,
  status: 0xff00,
  hasDataSet: true,
}
const lastMatch: CommandSet = { ...match, status: 0x0000, hasDataSet: false }

/** An answer that no encoder of ours would write: its status is the last element. */
function saying(status: number, command: CommandSet): Uint8Array {
  return withElement(encodeCommandSet(command), 0x0900, [status & 0xff, status >> 8])
}

/** A command that a data set follows, where none may. */
function announcing(command: CommandSet): Uint8Array {
  return withElement(encodeCommandSet(command), 0x0800, [0x00, 0x00])
}

async function meet(options: Parameters<typeof associations>[0] = {}, responseTimeoutMs = 5_000) {
  const { requestor, acceptor } = await associations(options)
  const channel = new DimseChannel(requestor, { responseTimeoutMs })
  const peer = rawPeer(acceptor)
  const invoke = (request: RequestToSend, dataSet?: Uint8Array[]): Promise<Invocation> =>
    channel.invoke(contextOf(channel, verification), request, dataSet)
  return { channel, peer, invoke }
}

describe('an answer with a pending status where there is none', () => {
  it('settles its operation, and the next works', async () => {
    const { channel, peer, invoke } = await meet()
    const invocation = await invoke(echo)
    peer.command(1, saying(0xff00, echoed(1)))
    expect((await invocation.next())?.command.status).toBe(0xff00)
    await expect(invocation.next()).rejects.toMatchObject({
      name: 'MessageProtocolError',
      code: 'DCM_UNEXPECTED_RESPONSE',
    })
    expect(channel.busy).toBe(false)
    const next = await invoke(echo)
    // The last one it owed comes late, and is dropped.
    peer.command(1, saying(0xff00, echoed(1)))
    peer.command(1, echoed(1))
    peer.command(1, echoed(2))
    expect((await next.next())?.command).toMatchObject({ messageIdBeingRespondedTo: 2, status: 0x0000 })
    // Now that it owes nothing, one more answers nothing.
    peer.command(1, echoed(1))
    expect(await channel.association.ended).toMatchObject({
      error: { cause: { code: 'DCM_UNEXPECTED_RESPONSE' } },
    })
  })

  it('may be followed by one with a data set, which holds nothing up', async () => {
    const { channel, peer, invoke } = await meet({ maximumLengthBytes: 0 })
    const invocation = await invoke(echo)
    peer.command(1, saying(0xff00, echoed(1)))
    await invocation.next()
    await expect(invocation.next()).rejects.toMatchObject({ code: 'DCM_UNEXPECTED_RESPONSE' })
    const next = await invoke(echo)
    peer.command(1, announcing(echoed(1)))
    const first = { presentationContextId: 1, isCommand: false, isLast: false }
    peer.association.send([{ ...first, data: [new Uint8Array(dataSetBatchBytes)] }])
    peer.dataSet(1, new Uint8Array(8))
    peer.command(1, echoed(2))
    expect((await next.next())?.command.status).toBe(0x0000)
    channel.abort()
  })

  it('ends the association when it happens again and again', async () => {
    const { channel, peer, invoke } = await meet()
    for (let messageId = 1; messageId <= 16; messageId++) {
      const invocation = await invoke(echo)
      peer.command(1, saying(0xff00, echoed(messageId)))
      await invocation.next()
      await expect(invocation.next()).rejects.toMatchObject({ code: 'DCM_UNEXPECTED_RESPONSE' })
    }
    const last = await invoke(echo)
    peer.command(1, saying(0xff00, echoed(17)))
    await last.next()
    await expect(last.next()).rejects.toMatchObject({ code: 'DCM_UNEXPECTED_RESPONSE' })
    expect(await channel.association.ended).toMatchObject({ kind: 'aborted' })
  })
})

describe('an answer that is none to its request', () => {
  it.each<[string, CommandSet, number]>([
    ['of another service', { ...echoed(1), type: 'C-STORE-RSP' } as CommandSet, 1],
    ['on another context', echoed(1), 3],
  ])('%s ends the association', async (_, command, presentationContextId) => {
    const { channel, peer, invoke } = await meet()
    const invocation = await invoke(echo)
    peer.command(presentationContextId, command)
    await expect(invocation.next()).rejects.toMatchObject({ code: 'DCM_UNEXPECTED_RESPONSE' })
    expect(await channel.association.ended).toMatchObject({
      kind: 'aborted',
      error: { cause: { code: 'DCM_UNEXPECTED_RESPONSE' } },
    })
  })

  it('malformed ends the association', async () => {
    const { channel, peer, invoke } = await meet()
    const invocation = await invoke(echo)
    const bytes = encodeCommandSet(echoed(1))
    peer.command(1, bytes.subarray(0, bytes.length - 10))
    await expect(invocation.next()).rejects.toMatchObject({ cause: { code: 'DCM_COMMAND_FIELD_MISSING' } })
    channel.abort()
  })
})

describe('an answer that breaks a condition', () => {
  it('is given with what it breaks', async () => {
    const { channel, peer, invoke } = await meet()
    const invocation = await invoke(find, identifier)
    peer.command(1, saying(0xff00, lastMatch))
    expect(await invocation.next()).toMatchObject({
      command: { status: 0xff00 },
      faults: [{ tag: 0x0800, message: 'a C-FIND-RSP (pending) without a data set' }],
    })
    peer.command(1, lastMatch)
    expect(await invocation.next()).toMatchObject({ command: { status: 0x0000 }, faults: [] })
    channel.abort()
  })
})

describe('a peer that never comes to its end', () => {
  it('after a pending answer runs into the response timer', async () => {
    const clock = new FakeClock()
    const { channel, peer, invoke } = await meet({ clock }, 1_000)
    const invocation = await invoke(find, identifier)
    for (let matches = 0; matches < 3; matches++) {
      peer.command(1, match)
      peer.dataSet(1, new Uint8Array(8))
      expect((await invocation.next())?.command.status).toBe(0xff00)
      clock.advance(999)
    }
    const next = invocation.next()
    clock.advance(1)
    await expect(next).rejects.toMatchObject({ timer: 'dimse-response', timeoutMs: 1_000 })
    expect(await channel.association.ended).toMatchObject({ kind: 'aborted' })
  })

  it('floods are not read faster than they are taken', async () => {
    const { channel, peer, invoke } = await meet()
    const invocation = await invoke(find, identifier)
    for (let matches = 0; matches < 200; matches++) {
      peer.command(1, match)
      peer.dataSet(1, new Uint8Array(8))
    }
    peer.command(1, lastMatch)
    await settled()
    expect(invocation.waitingResponses).toBe(16)
    let taken = 0
    for await (const { dataSet } of invocation) if (dataSet) taken++
    expect(taken).toBe(200)
    channel.abort()
  })
})

describe('an answer whose data set is still coming', () => {
  it('is left when the next is asked for', async () => {
    const { channel, peer, invoke } = await meet({ maximumLengthBytes: 0 })
    const invocation = await invoke(find, identifier)
    const waiting = invocation.next()
    const first = { presentationContextId: 1, isCommand: false, isLast: false }
    for (let matches = 0; matches < 2; matches++) {
      peer.command(1, match)
      peer.association.send([{ ...first, data: [new Uint8Array(dataSetBatchBytes)] }])
      peer.dataSet(1, new Uint8Array(8))
    }
    peer.command(1, lastMatch)
    expect((await waiting)?.command.status).toBe(0xff00)
    expect((await invocation.next())?.command.status).toBe(0xff00)
    expect((await invocation.next())?.command.status).toBe(0x0000)
    channel.abort()
  })

  it('fails its reader when the association ends', async () => {
    const { channel, peer, invoke } = await meet()
    const invocation = await invoke(find, identifier)
    peer.command(1, match)
    const data = [new Uint8Array(8)]
    peer.association.send([{ presentationContextId: 1, isCommand: false, isLast: false, data }])
    const response = await invocation.next()
    const reading = response?.dataSet?.read()
    await settled()
    peer.association.abort()
    await expect(reading).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    expect(channel.busy).toBe(false)
  })
})

describe('an invocation that has its last answer', () => {
  it('is not cancelled any more', async () => {
    const { channel, peer, invoke } = await meet()
    const invocation = await invoke(find, identifier)
    expect(await peer.next()).toMatchObject({ type: 'C-FIND-RQ' })
    peer.command(1, lastMatch)
    await invocation.next()
    await invocation.cancel()
    await invoke(echo)
    expect(await peer.next()).toMatchObject({ type: 'C-ECHO-RQ' })
    channel.abort()
  })
})

describe('a last answer before the last of our data set', () => {
  it('settles the operation; the rest goes out, and the next works', async () => {
    const clock = new FakeClock()
    const { channel, peer } = await meet({ clock })
    const gate = Promise.withResolvers<undefined>()
    const parts = [[new Uint8Array(40_000)], [new Uint8Array(40_000)]]
    const source = {
      read: async () => {
        if (parts.length === 1) await gate.promise
        return parts.shift()
      },
    }
    const invoking = channel.invoke(contextOf(channel, ctImageStorage), store, source)
    expect(await peer.next()).toMatchObject({ type: 'C-STORE-RQ', messageId: 1 })
    peer.command(3, { type: 'C-STORE-RSP', messageIdBeingRespondedTo: 1, status: 0xa700, hasDataSet: false })
    await settled()
    expect(channel.busy).toBe(false)
    gate.resolve(undefined)
    expect((await (await invoking).next())?.command.status).toBe(0xa700)
    // Nothing is owed any more.
    peer.association.ourTurn = true
    clock.advance(5_000)
    const next = await channel.invoke(contextOf(channel, verification), echo)
    expect(await peer.next()).toMatchObject({ type: 'C-ECHO-RQ', messageId: 2 })
    peer.command(1, echoed(2))
    expect((await next.next())?.command.status).toBe(0x0000)
    channel.abort()
  })
})
