import { DimseChannel, encodeCommandSet, OperationCancelledError, uidOf } from '@dcm/dimse'
import { type DataSetCodec, find, type FindQuery, StatusError } from '@dcm/scp'
import { settled, withElement } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { ask, contextFor, conversation, rawPeer } from './conversation.ts'

const worklist = uidOf('ModalityWorklistInformationModelFind')
const request = { type: 'C-FIND-RQ', affectedSopClassUid: worklist, priority: 'medium' } as const
const identifier = [Buffer.from('who?')]

/** Identifiers as text. */
const text: DataSetCodec<string> = {
  decode: (bytes) => Buffer.from(bytes).toString(),
  encode: (value) => Buffer.from(value),
}

async function asked(
  handler: (query: FindQuery<string>) => AsyncIterable<string> | Iterable<string>,
  options: Partial<Parameters<typeof find<string>>[0]> = {},
) {
  const running = await conversation({
    services: [
      find({ sopClasses: ['ModalityWorklistInformationModelFind'], codec: text, handler, ...options }),
    ],
  })
  const channel = new DimseChannel(await running.associate(['ModalityWorklistInformationModelFind']))
  return { ...running, channel, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
}

describe('find', () => {
  it('answers a pending response for each match, then success', async () => {
    await using scp = await asked(async function* ({ identifier: keys, peer, context }) {
      await Promise.resolve()
      expect([keys, peer.callingAeTitle, context.abstractSyntax]).toEqual(['who?', 'SCU', worklist])
      yield 'DOE^JANE'
      yield 'DOE^JOHN'
    })
    expect(await ask(scp.channel, request, { dataSet: identifier })).toMatchObject([
      { type: 'C-FIND-RSP', status: 0xff00, affectedSopClassUid: worklist, text: 'DOE^JANE' },
      { status: 0xff00, text: 'DOE^JOHN' },
      { status: 0x0000, hasDataSet: false },
    ])
  })

  it('takes what is no generator, and no matches', async () => {
    await using some = await asked(() => ['A', 'B'])
    expect((await ask(some.channel, request, { dataSet: identifier })).map(({ text: name }) => name)).toEqual(
      ['A', 'B', undefined],
    )
    await using none = await asked(() => [])
    expect(await ask(none.channel, request, { dataSet: identifier })).toMatchObject([{ status: 0 }])
  })

  it('says FF01H when optional keys are not supported', async () => {
    await using scp = await asked(() => ['A'], { supportsKeys: (keys) => keys !== 'who?' })
    expect(await ask(scp.channel, request, { dataSet: identifier })).toMatchObject([
      { status: 0xff01 },
      { status: 0x0000 },
    ])
  })

  it('passes ten thousand matches, one at a time', async () => {
    let ahead = 0
    let most = 0
    await using scp = await asked(function* () {
      for (let index = 0; index < 10_000; index++) {
        most = Math.max(most, ++ahead)
        yield String(index)
      }
    })
    const invocation = await scp.channel.invoke(contextFor(scp.channel, worklist), request, identifier)
    let matches = 0
    for await (const { dataSet } of invocation) {
      ahead--
      if (dataSet) matches++
    }
    expect(matches).toBe(10_000)
  })
})

describe('find, cancelled', () => {
  it('answers FE00H and tells the handler', async () => {
    const told: unknown[] = []
    await using scp = await asked(async function* ({ signal }) {
      signal.addEventListener('abort', () => told.push(signal.reason))
      try {
        for (;;) {
          yield 'A'
          await settled(1)
        }
      } finally {
        told.push('closed')
      }
    })
    const invocation = await scp.channel.invoke(contextFor(scp.channel, worklist), request, identifier)
    await invocation.next()
    await invocation.cancel()
    let last
    for await (const { command } of invocation) last = command
    expect(last).toMatchObject({ type: 'C-FIND-RSP', status: 0xfe00, hasDataSet: false })
    while (told.length < 2) await settled(1)
    expect(told).toEqual([expect.any(OperationCancelledError), 'closed'])
    expect(scp.log).not.toContain('error: an operation failed')
  })

  it('at once, also when the handler waits for something that never comes', async () => {
    await using scp = await asked(async function* () {
      yield 'A'
      await new Promise(() => undefined)
    })
    const invocation = await scp.channel.invoke(contextFor(scp.channel, worklist), request, identifier)
    await invocation.next()
    await invocation.cancel()
    expect((await invocation.next())?.command).toMatchObject({ status: 0xfe00 })
  })

  it('reports a handler that fails afterwards', async () => {
    const gate = Promise.withResolvers<undefined>()
    await using scp = await asked(async function* () {
      try {
        yield 'A'
      } finally {
        await gate.promise
        await Promise.reject(new Error('the cursor is lost'))
      }
    })
    const invocation = await scp.channel.invoke(contextFor(scp.channel, worklist), request, identifier)
    await invocation.next()
    await invocation.cancel()
    expect((await invocation.next())?.command).toMatchObject({ status: 0xfe00 })
    gate.resolve(undefined)
    while (!scp.log.includes('warn: a query failed after its end')) await settled(1)
  })
})

describe('find, failing', () => {
  it.each<[string, () => Iterable<string>, object]>([
    [
      'an error',
      () => {
        throw new Error('no database')
      },
      { status: 0xc000 },
    ],
    [
      'a StatusError',
      () => {
        throw new StatusError(0xa900, {
          errorComment: 'no level',
          offendingElement: [0x00080052],
          errorId: 7,
        })
      },
      { status: 0xa900, errorComment: 'no level', offendingElement: [0x00080052], errorId: 7 },
    ],
    [
      'an error after a match',
      function* () {
        yield 'A'
        throw new StatusError(0xa700)
      },
      { status: 0xa700 },
    ],
  ])('with %s answers its status, and the next operation works', async (_, handler, expected) => {
    let asks = 0
    await using scp = await asked(() => (asks++ === 0 ? handler() : []))
    const responses = await ask(scp.channel, request, { dataSet: identifier })
    expect(responses.at(-1)).toMatchObject(expected)
    expect(await ask(scp.channel, request, { dataSet: identifier })).toMatchObject([{ status: 0 }])
  })

  it('refuses an identifier that is too long, or unreadable', async () => {
    await using scp = await asked(() => [], {
      maximumIdentifierBytes: 10,
      codec: {
        ...text,
        decode: (bytes) => {
          if (bytes[0] === 0) throw new Error('no identifier')
          if (bytes[0] === 1) throw new StatusError(0xa900)
          return ''
        },
      },
    })
    const sent = async (bytes: Uint8Array) => (await ask(scp.channel, request, { dataSet: [bytes] })).at(-1)
    expect(await sent(new Uint8Array(11))).toMatchObject({
      status: 0xa700,
      errorComment: 'a data set of more than 10 bytes',
    })
    expect(await sent(new Uint8Array(10))).toMatchObject({ status: 0xc000 })
    expect(await sent(Uint8Array.of(1))).toMatchObject({ status: 0xa900 })
    expect(await sent(Uint8Array.of(2))).toMatchObject({ status: 0x0000 })
  })

  it('refuses a request without an identifier: C000H', async () => {
    await using scp = await conversation({
      services: [find({ sopClasses: ['ModalityWorklistInformationModelFind'], handler: () => [] })],
    })
    const raw = rawPeer(await scp.associate(['ModalityWorklistInformationModelFind']))
    raw.command(
      1,
      withElement(encodeCommandSet({ ...request, messageId: 5, hasDataSet: true }), 0x0800, [0x01, 0x01]),
    )
    expect(await raw.next()).toMatchObject({
      type: 'C-FIND-RSP',
      messageIdBeingRespondedTo: 5,
      status: 0xc000,
      errorComment: 'a C-FIND-RQ without a data set',
    })
    raw.association.abort()
  })

  it('closes its generator when the peer is lost', async () => {
    const closed = Promise.withResolvers<undefined>()
    await using scp = await asked(async function* ({ signal }) {
      try {
        yield 'A'
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve)
        })
      } finally {
        closed.resolve(undefined)
      }
    })
    const invocation = await scp.channel.invoke(contextFor(scp.channel, worklist), request, identifier)
    await invocation.next()
    scp.channel.abort()
    await closed.promise
  })
})

it('a SOP class without C-FIND does not compile', () => {
  const handler = () => []
  // @ts-expect-error: storage has no C-FIND
  expect(() => find({ sopClasses: ['CTImageStorage'], handler })).not.toThrow()
  // @ts-expect-error: without a codec identifiers are bytes
  expect(() => find<string>({ sopClasses: ['InventoryFind'], handler })).not.toThrow()
})
