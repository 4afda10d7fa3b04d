import { type CommandSet, DimseChannel, encodeCommandSet, type Request, responseTo } from '@dcm/dimse'
import { settled, withElement } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { dataSetBatchBytes } from '../src/message/data-set-stream.ts'
import { associations, rawPeer, verification } from './associated-channels.ts'
import { commandVectors } from './command-vectors.ts'

/** What the performer answers to all that reaches it: no status that the channel answers with. */
const performed = 0x0110
const echo: CommandSet = {
  type: 'C-ECHO-RQ',
  affectedSopClassUid: verification,
  messageId: 99,
  hasDataSet: false,
}

/** A peer without manners, and a channel whose operations are all answered. */
async function meet(options: Parameters<typeof associations>[0] = {}): Promise<{
  peer: ReturnType<typeof rawPeer>
  channel: DimseChannel
  malformed: string[]
}> {
  const { requestor, acceptor } = await associations(options)
  const malformed: string[] = []
  const channel = new DimseChannel(acceptor, {
    onMalformedRequest: (error) => malformed.push(error.code),
  })
  void (async () => {
    for await (const { command, respond } of operations(channel)) await respond(command)
  })().catch(() => undefined)
  return { peer: rawPeer(requestor), channel, malformed }
}

async function* operations(channel: DimseChannel) {
  for await (const operation of channel) {
    const { command } = operation
    if (command.type === 'unrecognized') continue
    yield {
      command,
      respond: (request: Request) => operation.respond(responseTo(request, { status: performed })),
    }
  }
}

interface Element {
  readonly tag: number
  readonly bytes: Uint8Array
}

function elementsOf(command: Uint8Array): Element[] {
  const view = new DataView(command.buffer, command.byteOffset, command.byteLength)
  const elements: Element[] = []
  let offset = 0
  while (offset < command.length) {
    const end = offset + 8 + view.getUint32(offset + 4, true)
    elements.push({ tag: view.getUint16(offset + 2, true), bytes: command.subarray(offset, end) })
    offset = end
  }
  return elements
}

function join(elements: readonly Element[]): Uint8Array {
  return new Uint8Array(Buffer.concat(elements.map(({ bytes }) => bytes)))
}

/** The same element with a value of another length. */
function mistyped({ tag }: Element): Element {
  // An AE title has up to 16 bytes.
  const length = tag === 0x0600 || tag === 0x1030 ? 18 : 6
  const wrong = Buffer.alloc(8 + length, 0x31)
  wrong.writeUInt32LE(tag << 16, 0)
  wrong.writeUInt16LE(tag, 2)
  wrong.writeUInt32LE(length, 4)
  return { tag, bytes: wrong }
}

const commandField = 0x0100
/** Without these nobody knows what to answer, or where the next message begins. */
const indispensable: ReadonlySet<number> = new Set([commandField, 0x0110, 0x0800])
/** UI and LO may have any length: an SCP judges their values. */
const ofAnyLength: ReadonlySet<number> = new Set([0x0002, 0x0003, 0x1000, 0x1001])
/** Priority is medium when nobody says; the others are optional. */
const dispensable: ReadonlySet<number> = new Set([0x0000, 0x0700, 0x1005, 0x1030, 0x1031])

const requests = commandVectors.filter(
  ({ command }) => command.type.endsWith('-RQ') && command.type !== 'C-CANCEL-RQ',
)

interface Case {
  readonly what: string
  readonly tag: number
  readonly bytes: Uint8Array
  readonly hasDataSet: boolean
  readonly expected: number | 'abort'
}

const cases: readonly Case[] = requests.flatMap(({ command, clause, bytes }) => {
  const elements = elementsOf(bytes)
  const missingStatus = command.type.startsWith('C-') ? 0x0212 : 0x0120
  return elements.flatMap((element, index): Case[] => {
    const { tag } = element
    const name = `(0000,${tag.toString(16).padStart(4, '0')}) of a ${command.type} (${clause})`
    const isOptional = dispensable.has(tag) || (command.type === 'N-CREATE-RQ' && tag === 0x1000)
    const common = { tag, hasDataSet: command.hasDataSet }
    const missing: Case = {
      ...common,
      what: `without ${name}`,
      bytes: join(elements.toSpliced(index, 1)),
      expected: indispensable.has(tag) ? 'abort' : isOptional ? performed : missingStatus,
    }
    if (ofAnyLength.has(tag)) return [missing]
    const wrong: Case = {
      ...common,
      what: `with a mistyped ${name}`,
      bytes: join(elements.with(index, mistyped(element))),
      expected: indispensable.has(tag) ? 'abort' : 0x0212,
    }
    return [missing, wrong]
  })
})

describe('a request', () => {
  it.each(cases)('$what', async ({ tag, bytes, hasDataSet, expected }) => {
    const { peer, malformed } = await meet()
    peer.command(1, bytes)
    if (expected === 'abort') {
      await expect(peer.next()).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
      return
    }
    if (hasDataSet) peer.dataSet(1, new Uint8Array(8))
    const answer = await peer.next()
    expect(answer).toMatchObject({ messageIdBeingRespondedTo: 7, status: expected })
    if (expected !== performed) {
      expect(answer).toMatchObject({ offendingElement: [tag], hasDataSet: false })
      expect(malformed).toHaveLength(1)
    }
    peer.command(1, echo)
    expect(await peer.next()).toMatchObject({ type: 'C-ECHO-RSP', messageIdBeingRespondedTo: 99 })
    peer.association.abort()
  })

  it('of no known command, and malformed: 0211H', async () => {
    const { peer } = await meet()
    const elements = elementsOf(encodeCommandSet(echo))
    const [group, sopClass, field, ...rest] = elements
    if (!group || !sopClass || !field) throw new Error('no C-ECHO-RQ')
    field.bytes.set([0x77, 0x07], 8)
    peer.command(1, join([mistyped(group), sopClass, field, ...rest]))
    expect(await peer.next()).toMatchObject({ type: 'unrecognized', commandField: 0x8777, status: 0x0211 })
    peer.association.abort()
  })

  it('whose elements are out of order, or of another group, is mistyped', async () => {
    const { peer } = await meet()
    const [group, sopClass, field, ...rest] = elementsOf(encodeCommandSet(echo))
    if (!group || !sopClass || !field) throw new Error('no C-ECHO-RQ')
    peer.command(1, join([group, field, sopClass, ...rest]))
    expect(await peer.next()).toMatchObject({ status: 0x0212, offendingElement: [0x0002] })
    const foreign = Buffer.from('0800180002000000', 'hex')
    peer.command(
      1,
      join([
        group,
        sopClass,
        field,
        ...rest,
        { tag: 0, bytes: Buffer.concat([foreign, foreign.subarray(0, 2)]) },
      ]),
    )
    expect(await peer.next()).toMatchObject({ status: 0x0212, offendingElement: [0x00080018] })
    peer.association.abort()
  })
})

describe('a flood of malformed requests', () => {
  it('is not read faster than it is answered', async () => {
    const { requestor, acceptor } = await associations()
    let refused = 0
    let mostBefore = 0
    const channel = new DimseChannel(acceptor, {
      onMalformedRequest: () => {
        refused++
        mostBefore = Math.max(mostBefore, channel.outstandingOperations)
      },
    })
    const peer = rawPeer(requestor)
    requestor.pause()
    for (let messageId = 1; messageId <= 5_000; messageId++) {
      const [group, ...rest] = elementsOf(encodeCommandSet({ ...echo, messageId }))
      if (!group) throw new Error('no C-ECHO-RQ')
      peer.command(1, join([mistyped(group), ...rest]))
    }
    await settled()
    expect(refused).toBeLessThan(5_000)
    requestor.resume()
    for (let index = 0; index < 5_000; index++) await peer.next()
    expect(refused).toBe(5_000)
    expect(mostBefore).toBe(15)
    expect(channel.outstandingOperations).toBe(0)
    requestor.abort()
  })
})

describe('a message that breaks off, or does not fit', () => {
  const store: CommandSet = {
    type: 'C-STORE-RQ',
    affectedSopClassUid: verification,
    affectedSopInstanceUid: '2.25.1',
    messageId: 1,
    priority: 'medium',
    hasDataSet: true,
  }

  /** A fragment of a command that is not the last. */
  function piece({ association }: ReturnType<typeof rawPeer>, bytes: Uint8Array): void {
    association.send([{ presentationContextId: 1, isCommand: true, isLast: false, data: [bytes] }])
  }

  it('a command in pieces of any length, empty ones too, is as good as in one', async () => {
    const { peer } = await meet()
    const bytes = encodeCommandSet(echo)
    for (let offset = 0; offset < bytes.length; offset++) {
      piece(peer, bytes.subarray(offset, offset + 1))
      piece(peer, new Uint8Array(0))
    }
    peer.command(1, new Uint8Array(0))
    expect(await peer.next()).toMatchObject({ type: 'C-ECHO-RSP', status: performed })
    peer.association.abort()
  })

  it.each<[string, (peer: ReturnType<typeof rawPeer>) => void, string]>([
    [
      'a data set that no command announced',
      (peer) => {
        peer.dataSet(1, new Uint8Array(4))
      },
      'DCM_UNEXPECTED_DATA_SET',
    ],
    [
      'a data set behind a command that announced none',
      (peer) => {
        peer.command(1, echo)
        peer.dataSet(1, new Uint8Array(4))
      },
      'DCM_UNEXPECTED_DATA_SET',
    ],
    [
      'a command where a data set was announced',
      (peer) => {
        peer.command(1, store)
        peer.command(1, echo)
      },
      'DCM_UNEXPECTED_COMMAND',
    ],
    [
      'a data set on another context than its command',
      (peer) => {
        peer.command(1, store)
        peer.dataSet(3, new Uint8Array(4))
      },
      'DCM_MESSAGE_CONTEXT_CHANGED',
    ],
    [
      'a data set inside a command',
      (peer) => {
        piece(peer, encodeCommandSet(echo).subarray(0, 8))
        peer.dataSet(1, new Uint8Array(4))
      },
      'DCM_UNEXPECTED_DATA_SET',
    ],
    [
      'a command inside another one, on another context',
      (peer) => {
        piece(peer, encodeCommandSet(echo).subarray(0, 8))
        peer.command(3, echo)
      },
      'DCM_MESSAGE_CONTEXT_CHANGED',
    ],
    [
      'a command set without content',
      (peer) => {
        peer.command(1, new Uint8Array(0))
      },
      'DCM_COMMAND_FIELD_MISSING',
    ],
    [
      'bytes behind the last element of a command set',
      (peer) => {
        peer.command(1, Buffer.concat([encodeCommandSet(echo), Buffer.alloc(2)]))
      },
      'DCM_COMMAND_LENGTH',
    ],
    [
      'a command set of more than 64 KiB',
      (peer) => {
        const data = [new Uint8Array(16_000)]
        for (let index = 0; index < 5; index++) {
          peer.association.send([{ presentationContextId: 1, isCommand: true, isLast: false, data }])
        }
      },
      'DCM_COMMAND_SET_TOO_LONG',
    ],
    [
      'a request of no known command without a message ID',
      (peer) => {
        peer.command(1, { type: 'unrecognized', commandField: 0x0777, hasDataSet: false })
      },
      'DCM_COMMAND_UNRECOGNIZED',
    ],
    [
      'a response of no known command',
      (peer) => {
        peer.command(1, {
          type: 'unrecognized',
          commandField: 0x8777,
          messageIdBeingRespondedTo: 1,
          hasDataSet: false,
        })
      },
      'DCM_COMMAND_UNRECOGNIZED',
    ],
    [
      'an answer to a message that was never sent',
      (peer) => {
        peer.command(1, { type: 'C-ECHO-RSP', messageIdBeingRespondedTo: 1, status: 0, hasDataSet: false })
      },
      'DCM_UNEXPECTED_RESPONSE',
    ],
  ])('ends the association: %s', async (_, send, code) => {
    const { requestor, acceptor } = await associations()
    const channel = new DimseChannel(acceptor)
    const peer = rawPeer(requestor)
    send(peer)
    const end = await acceptor.ended
    expect(end).toMatchObject({ kind: 'aborted', error: { cause: { code } } })
    await expect(peer.next()).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    // What came before is still there to be taken, and cannot be answered any more.
    for (let operation = await channel.next().catch(() => undefined); operation;) {
      expect(operation.signal.aborted).toBe(true)
      operation = await channel.next().catch(() => undefined)
    }
  })

  it('a C-CANCEL with a data set, which holds nothing up', async () => {
    const { peer } = await meet({ maximumLengthBytes: 0 })
    const cancel = encodeCommandSet({ type: 'C-CANCEL-RQ', messageIdBeingRespondedTo: 1, hasDataSet: false })
    peer.command(1, withElement(cancel, 0x0800, [0x00, 0x00]))
    const first = { presentationContextId: 1, isCommand: false, isLast: false }
    peer.association.send([{ ...first, data: [new Uint8Array(dataSetBatchBytes)] }])
    peer.dataSet(1, new Uint8Array(8))
    peer.command(1, echo)
    expect(await peer.next()).toMatchObject({ type: 'C-ECHO-RSP', status: performed })
    peer.association.abort()
  })

  it('a duplicate message ID is told to its performer, who still answers the first', async () => {
    const { requestor, acceptor } = await associations({ window: 2 })
    const channel = new DimseChannel(acceptor)
    const peer = rawPeer(requestor)
    peer.command(1, echo)
    peer.command(1, echo)
    const [first, second] = [await channel.next(), await channel.next()]
    if (!first || !second) throw new Error('no operations')
    expect([channel.isDuplicate(first), channel.isDuplicate(second)]).toEqual([false, true])
    await second.respond(responseTo(second.command as Request, { status: 0x0210 }))
    expect(channel.outstandingOperations).toBe(1)
    await first.respond(responseTo(first.command as Request, { status: 0x0000 }))
    expect(await peer.next()).toMatchObject({ status: 0x0210 })
    expect(await peer.next()).toMatchObject({ status: 0x0000 })
    expect([channel.isDuplicate(first), channel.isDuplicate(second)]).toEqual([false, false])
    peer.association.abort()
  })

  it('a duplicate message ID that waits to be taken is answered before a release', async () => {
    const { requestor, acceptor } = await associations({ window: 2 })
    const channel = new DimseChannel(acceptor)
    const peer = rawPeer(requestor)
    peer.command(1, echo)
    peer.command(1, echo)
    const released = requestor.release()
    await settled()
    for (const status of [0x0000, 0x0210] as const) {
      const operation = await channel.next()
      await operation?.respond(responseTo(operation.command as Request, { status }))
      expect(await peer.next()).toMatchObject({ status })
    }
    await released
  })
})
