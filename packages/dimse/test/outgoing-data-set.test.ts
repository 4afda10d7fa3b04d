import { Readable } from 'node:stream'
import { collectDataSet, type CommandOf, type OutgoingDataSet, responseTo } from '@dcm/dimse'
import { describe, expect, it } from 'vitest'
import { channels, contextOf, ctImageStorage } from './associated-channels.ts'
import { store } from './requests.ts'

const body = Buffer.alloc(100_000, 'data set ')

/** What arrives of it, and the association afterwards. */
async function sent(dataSet: OutgoingDataSet): Promise<Buffer> {
  const { requestor, acceptor } = await channels()
  const invoking = requestor.invoke(contextOf(requestor, ctImageStorage), store, dataSet)
  const operation = await acceptor.next()
  const received: Uint8Array[] = []
  for await (const chunk of operation?.dataSet ?? []) received.push(chunk)
  await operation?.respond(responseTo(operation.command as CommandOf<'C-STORE-RQ'>, { status: 0 }))
  expect((await (await invoking).next())?.command.status).toBe(0)
  await requestor.release()
  return Buffer.concat(received)
}

type Batch = readonly Uint8Array[] | undefined

function source(give: (batch: Batch) => Promise<Batch>): OutgoingDataSet {
  const batches: Batch[] = [[body.subarray(0, 7)], [body.subarray(7)]]
  return { read: () => give(batches.shift()) }
}

describe('a data set to send', () => {
  it.each<[string, () => OutgoingDataSet]>([
    ['one Uint8Array', () => body],
    ['an array of them', () => [body.subarray(0, 7), body.subarray(7)]],
    ['a source', () => source((batch) => Promise.resolve(batch))],
    // From JavaScript.
    ['a source that gives no promises', () => source((batch) => batch as never)],
  ])('may be %s', async (_what, dataSet) => {
    expect(Buffer.compare(await sent(dataSet()), body)).toBe(0)
  })

  // What JavaScript lets pass.
  it.each<[string, unknown]>([
    ['null', null],
    ['a string', 'data set'],
    ['a number', 1],
    ['a function', () => [body]],
    ['an object', { bytes: body }],
    ['an ArrayBuffer', new ArrayBuffer(2)],
    ['an array of numbers', [1, 2]],
    ['an array of strings', ['data set']],
    ['an array with an end that is none', [body, undefined]],
    ['a Node.js stream', Readable.from([body])],
    ['an async iterable', ReadableStream.from([body])],
  ])('is refused when it is %s; nothing was sent', async (_what, dataSet) => {
    const { requestor, acceptor } = await channels()
    const context = contextOf(requestor, ctImageStorage)
    await expect(requestor.invoke(context, store, dataSet as OutgoingDataSet)).rejects.toMatchObject({
      name: 'UsageError',
      code: 'DCM_DATA_SET_TYPE',
    })
    expect(requestor.busy).toBe(false)
    await requestor.release()
    expect(await acceptor.next()).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['one Uint8Array', body],
    ['a string', 'data set'],
    ['an array of strings', ['data set']],
    ['an empty array, again and again', []],
  ])('is refused when its source gives %s', async (_what, batch) => {
    const { requestor } = await channels()
    const context = contextOf(requestor, ctImageStorage)
    const dataSet = { read: () => Promise.resolve(batch) } as OutgoingDataSet
    await expect(requestor.invoke(context, store, dataSet)).rejects.toMatchObject({
      name: 'UsageError',
      code: 'DCM_DATA_SET_TYPE',
    })
    await requestor.release()
  })

  it.each<[string, unknown]>([
    ['bytes', body],
    ['nothing', undefined],
    ['a source of bytes', { read: () => Promise.resolve(body) }],
  ])('is not collected from %s, which some took for an empty one', async (_what, given) => {
    await expect(collectDataSet(given as never)).rejects.toMatchObject({ code: 'DCM_DATA_SET_TYPE' })
  })

  // PS3.8 E.1: no fragments of another message are sent between those of one.
  it('is sent whole before another that its source begins while it gives the first bytes', async () => {
    const { requestor, acceptor } = await channels({ window: 2 })
    const context = contextOf(requestor, ctImageStorage)
    let other: Promise<unknown> | undefined
    const second = source((batch) => Promise.resolve(batch))
    const first = source((batch) => {
      other ??= requestor.invoke(context, store, second)
      return Promise.resolve(batch)
    })
    const invoking = requestor.invoke(context, store, first)
    for (const messageId of [1, 2]) {
      const operation = await acceptor.next()
      expect(operation?.command).toMatchObject({ messageId })
      const received: Uint8Array[] = []
      for await (const chunk of operation?.dataSet ?? []) received.push(chunk)
      expect(Buffer.compare(Buffer.concat(received), body)).toBe(0)
      await operation?.respond(responseTo(operation.command as CommandOf<'C-STORE-RQ'>, { status: 0 }))
    }
    await Promise.all([invoking, other])
    await requestor.release()
  })

  it('of an answer is refused, too, and another answer still can be', async () => {
    const { requestor, acceptor } = await channels()
    const invoking = requestor.invoke(contextOf(requestor, ctImageStorage), store, body)
    const operation = await acceptor.next()
    const response = responseTo(operation?.command as CommandOf<'C-STORE-RQ'>, { status: 0 })
    await expect(operation?.respond(response, null as unknown as OutgoingDataSet)).rejects.toMatchObject({
      code: 'DCM_DATA_SET_TYPE',
    })
    await operation?.respond(response)
    expect((await (await invoking).next())?.command.status).toBe(0)
    await requestor.release()
  })
})
