import { parseUid } from '@dcm/association'
import { decodeCommandSet, encodeCommandSet, responseTo, statuses } from '@dcm/dimse'
import type { DimseChannel, IncomingResponse, Operation } from '@dcm/dimse'
import {
  contextsForGet,
  type InstanceSink,
  queryModels,
  type RefusedInstance,
  type RetrieveProgress,
} from '@dcm/scu'
import { type FakeClock, RawPeer, settled, withElement } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { bytesOf, dataSet, identifier } from './data-set.ts'
import {
  answer,
  associated,
  ctImageStorage,
  explicit,
  implicit,
  nextOperation,
  served,
  verification,
} from './served.ts'

const studyInstanceUid = 0x0020000d
const sopInstanceUid = 0x00080018
const { studyRoot } = queryModels
const keys = identifier({ [studyInstanceUid]: '1.2.3' })
const contexts = [
  { abstractSyntax: studyRoot.move, transferSyntaxes: [implicit] },
  ...contextsForGet(studyRoot, { sopClasses: [ctImageStorage], transferSyntaxes: [implicit] }).map(
    (context) => ({
      ...context,
      transferSyntaxes: [implicit],
    }),
  ),
]

describe('C-MOVE', () => {
  it('tells the progress, then the end with the list of what failed', async () => {
    const { scu, peer } = await served({ contexts })
    const moving = scu.move(studyRoot, 'ELSEWHERE', keys)
    const seen: RetrieveProgress[] = []
    const all = (async () => {
      for await (const progress of moving) seen.push(progress)
    })()
    const operation = await nextOperation(peer)
    expect(operation.command).toMatchObject({ type: 'C-MOVE-RQ', moveDestination: 'ELSEWHERE' })
    await answer(operation, { status: statuses.Pending, ...counts(2, 0) })
    const failed = dataSet({ 0x00080058: '1.2.3.4\\1.2.3.5' })
    await answer(operation, { status: statuses.SuboperationsCompleteWithFailures, ...counts(undefined, 2) }, [
      failed,
    ])
    await all
    expect(seen).toEqual([{ status: 0xff00, remaining: 2, completed: 0, failed: 0, warning: 0 }])
    expect(await moving.final()).toMatchObject({
      type: 'C-MOVE-RSP',
      status: 0xb000,
      failedSopInstanceUids: ['1.2.3.4', '1.2.3.5'],
    })
    await scu.release()
  })

  it('lists what failed before it was cancelled, too', async () => {
    const { scu, peer } = await served({ contexts })
    const moving = scu.move(studyRoot, 'ELSEWHERE', keys)
    const left = (async () => {
      for await (const { remaining } of moving) if (remaining === 1) return
    })()
    const operation = await nextOperation(peer)
    await answer(operation, { status: statuses.Pending, ...counts(1, 1) })
    await new Promise((resolve) => {
      operation.signal.addEventListener('abort', resolve)
    })
    const failed = dataSet({ 0x00080058: '1.2.3.4' })
    await answer(operation, { status: statuses.Cancel, ...counts(1, 1) }, [failed])
    await left
    expect(await moving.final()).toMatchObject({ status: 0xfe00, failedSopInstanceUids: ['1.2.3.4'] })
    await scu.release()
  })

  it.each([implicit, explicit])('lists as many failures as can be counted, in %s', async (syntax) => {
    const { scu, peer } = await served({
      contexts: [{ abstractSyntax: studyRoot.move, transferSyntaxes: [syntax] }],
    })
    const uids = Array.from({ length: 65_535 }, (_, index) => `2.25.${String(index).padStart(59, '1')}`)
    const text = Buffer.from(`${uids.join('\\')}\0`, 'latin1')
    // A list that is too long for the 16-bit length of UI is UN (PS3.5 6.2.2).
    const header = Buffer.from(syntax === implicit ? '0800580000000000' : '08005800554e000000000000', 'hex')
    header.writeUInt32LE(text.length, header.length - 4)
    const keysHere = { transferSyntaxUid: syntax, bytes: Buffer.alloc(0) }
    const final = scu.move(studyRoot, 'ELSEWHERE', keysHere).final()
    await answer(
      await nextOperation(peer),
      { status: statuses.UnableToPerformSuboperations, ...counts(undefined, 65_535) },
      [header, text],
    )
    const { status, failedSopInstanceUids } = await final
    expect([status, failedSopInstanceUids.length, failedSopInstanceUids.at(-1)]).toEqual([
      0xa702,
      65_535,
      uids.at(-1),
    ])
    await scu.release()
  })

  it('answers an unknown destination as what it is: an answer', async () => {
    const { scu, peer } = await served({ contexts })
    const final = scu.move(studyRoot, 'NOWHERE', keys).final()
    await answer(await nextOperation(peer), { status: statuses.MoveDestinationUnknown })
    expect(await final).toMatchObject({ status: 0xa801, failedSopInstanceUids: [] })
    await scu.release()
  })
})

function counts(remaining: number | undefined, failed: number, completed = 0) {
  return {
    ...(remaining !== undefined && { numberOfRemainingSuboperations: remaining }),
    numberOfCompletedSuboperations: completed,
    numberOfFailedSuboperations: failed,
    numberOfWarningSuboperations: 0,
  }
}

/** Keeps what it is given. */
class Kept implements InstanceSink {
  readonly instances = new Map<string, Uint8Array>()
  async put(instance: Parameters<InstanceSink['put']>[0]): Promise<void> {
    this.instances.set(instance.sopInstanceUid, await bytesOf(instance.dataSet))
  }
}

/** Reads what it is given, and has kept it then. */
function keptWhen(kept: Promise<unknown>): InstanceSink {
  return {
    put: async ({ dataSet: received }) => {
      await bytesOf(received)
      await kept
    },
  }
}

/** A C-STORE of the peer, on the association of a C-GET. */
async function storeBack(
  peer: DimseChannel,
  sopInstance: string,
  bytes: Uint8Array,
  sopClass = ctImageStorage,
): Promise<IncomingResponse | undefined> {
  const context = [...peer.association.facts.contexts.values()].find(
    ({ abstractSyntax }) => abstractSyntax === ctImageStorage,
  )
  if (!context) throw new Error('no context to store on')
  const invocation = await peer.invoke(
    context,
    {
      type: 'C-STORE-RQ',
      affectedSopClassUid: sopClass,
      affectedSopInstanceUid: sopInstance,
      priority: 'medium',
    },
    [bytes],
  )
  return invocation.next()
}

/** The same without end, a KiB each twenty seconds. */
async function storeInDrops(peer: DimseChannel, clock: FakeClock): Promise<void> {
  const context = [...peer.association.facts.contexts.values()].find(
    ({ abstractSyntax }) => abstractSyntax === ctImageStorage,
  )
  if (!context) throw new Error('no context to store on')
  await peer.invoke(
    context,
    {
      type: 'C-STORE-RQ',
      affectedSopClassUid: ctImageStorage,
      affectedSopInstanceUid: '1.2.3.4',
      priority: 'medium',
    },
    {
      read: async () => {
        await settled()
        clock.advance(20_000)
        await settled()
        return [new Uint8Array(1_024)]
      },
    },
  )
}

describe('C-GET', () => {
  const image = dataSet({ [sopInstanceUid]: '1.2.3.4', [studyInstanceUid]: '1.2.3' })

  async function getting(options: { readonly sink?: InstanceSink } = {}) {
    const { scu, peer } = await served({ contexts })
    const sink = new Kept()
    const refused: RefusedInstance[] = []
    const onRefused = (instance: RefusedInstance): void => void refused.push(instance)
    const final = scu.get(studyRoot, keys, options.sink ?? sink, { onRefused }).final()
    final.catch(() => undefined)
    const operation: Operation = await nextOperation(peer)
    return { scu, peer, sink, refused, final, operation }
  }

  it('stores what comes, and answers when it is kept', async () => {
    const { scu, peer, sink, final, operation } = await getting()
    expect(await storeBack(peer, '1.2.3.4', image)).toMatchObject({ command: { status: 0 } })
    expect(sink.instances.get('1.2.3.4')).toEqual(Buffer.from(image))
    await answer(operation, { status: statuses.Success, ...counts(undefined, 0, 1) })
    expect(await final).toMatchObject({ type: 'C-GET-RSP', status: 0, numberOfCompletedSuboperations: 1 })
    await scu.release()
  })

  it('ends when all is kept, with a peer that does not wait for our answers, too', async () => {
    const kept = Promise.withResolvers<undefined>()
    const { scu, peer, final, operation } = await getting({ sink: keptWhen(kept.promise) })
    const stored = storeBack(peer, '1.2.3.4', image)
    await settled()
    await answer(operation, { status: statuses.Success, ...counts(undefined, 0, 1) })
    const states: string[] = []
    const ended = final.then(() => states.push('ended'))
    await settled()
    expect(states).toEqual([])
    kept.resolve(undefined)
    await ended
    expect(await stored).toMatchObject({ command: { status: 0 } })
    await scu.release()
  })

  it('does not end well when the association is lost while something is being kept', async () => {
    const { scu, peer, final, operation } = await getting({
      sink: {
        put: ({ signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              reject(signal.reason as Error)
            })
          }),
      },
    })
    storeBack(peer, '1.2.3.4', image).catch(() => undefined)
    await settled()
    await answer(operation, { status: statuses.Success, ...counts(undefined, 0, 1) })
    await settled()
    peer.abort()
    await expect(final).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    expect(scu.over).toBe(true)
  })

  it.each([
    ['before', false],
    ['after', true],
  ])(
    'ends when the association is lost %s the last response, whatever its sink still keeps',
    async (_, last) => {
      const sink = keptWhen(new Promise<undefined>(() => undefined))
      const { peer, final, operation } = await getting({ sink })
      storeBack(peer, '1.2.3.4', image).catch(() => undefined)
      await settled()
      if (last) await answer(operation, { status: statuses.Success, ...counts(undefined, 0, 1) })
      await settled()
      peer.abort()
      await expect(final).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    },
  )

  it.each([
    [
      'an instance of another study',
      '1.2.3.4',
      dataSet({ [studyInstanceUid]: '9.9' }),
      ctImageStorage,
      0x0124,
    ],
    ['an instance of another SOP class', '1.2.3.4', image, '1.2.840.10008.5.1.4.1.1.4', 0x0122],
  ])('refuses %s, says so, and goes on', async (_what, uid, bytes, sopClass, status) => {
    const { scu, peer, sink, refused, final, operation } = await getting()
    expect(await storeBack(peer, uid, bytes, sopClass)).toMatchObject({ command: { status } })
    expect(sink.instances.size).toBe(0)
    expect(await storeBack(peer, '1.2.3.4', image)).toMatchObject({ command: { status: 0 } })
    await answer(operation, { status: statuses.SuboperationsCompleteWithFailures })
    expect(await final).toMatchObject({ status: 0xb000 })
    expect(refused).toEqual([{ sopClassUid: sopClass, sopInstanceUid: uid, status }])
    await scu.release()
  })

  it.each([
    ['says meanwhile that it goes on', true],
    ['waits for it', false],
  ])('waits for a slow sink when the peer %s', async (_, goesOn) => {
    const { scu, peer, clock } = await served({ contexts, responseTimeoutMs: 10_000 })
    const kept = Promise.withResolvers<undefined>()
    const final = scu.get(studyRoot, keys, keptWhen(kept.promise)).final()
    final.catch(() => undefined)
    const operation = await nextOperation(peer)
    const stored = storeBack(peer, '1.2.3.4', image)
    await settled()
    if (goesOn) await answer(operation, { status: statuses.Pending, ...counts(1, 0) })
    await settled()
    clock.advance(60_000)
    kept.resolve(undefined)
    expect(await stored).toMatchObject({ command: { status: 0 } })
    await settled()
    // Now it is the peer's turn again.
    clock.advance(10_000)
    await expect(final).rejects.toMatchObject({ timer: 'dimse-response' })
  })

  it('held back by a slow sink does not cost another operation its time: its answer may lie unread', async () => {
    const withEcho = [...contexts, { abstractSyntax: verification }]
    const { scu, peer, clock } = await served({ contexts: withEcho, maximumOperationsInvoked: 2 })
    const goOn = Promise.withResolvers<undefined>()
    const put: InstanceSink['put'] = async ({ dataSet: received }) => {
      await goOn.promise
      await bytesOf(received)
    }
    const final = scu.get(studyRoot, keys, { put }).final()
    const operation = await nextOperation(peer)
    const echoed = scu.echo()
    const echo = await nextOperation(peer)
    const stored = storeBack(peer, '1.2.3.4', Buffer.concat([image, Buffer.alloc(3_000_000)]))
    const answered = answer(echo, { status: statuses.Success })
    await settled()
    for (let minute = 0; minute < 59; minute++) clock.advance(60_000)
    expect(scu.over).toBe(false)
    goOn.resolve(undefined)
    expect(await stored).toMatchObject({ command: { status: 0 } })
    await answered
    expect(await echoed).toMatchObject({ status: 0 })
    await answer(operation, { status: statuses.Success })
    await final
    await scu.release()
  })

  it('tells no success of an instance that its sink has not read', async () => {
    const { scu, peer, final, operation } = await getting({ sink: { put: () => Promise.resolve() } })
    expect(await storeBack(peer, '1.2.3.4', image)).toMatchObject({ command: { status: 0xc000 } })
    await answer(operation, { status: statuses.UnableToPerformSuboperations })
    await final
    await scu.release()
  })

  it.each([
    [{ type: 'C-STORE-RSP', status: 0xa700 }, 0xa700],
    // No last status.
    [{ type: 'C-STORE-RSP', status: 0xff00 }, 0xc000],
    // Of HTTP.
    [{ status: 200 }, 0x0000],
  ])('answers as another SCP did to which its sink hands an instance on: %j', async (given, status) => {
    const handOn = async ({ dataSet: received }: Parameters<InstanceSink['put']>[0]) => {
      await bytesOf(received)
      return given
    }
    const { scu, peer, final, operation } = await getting({ sink: { put: handOn } })
    expect(await storeBack(peer, '1.2.3.4', image)).toMatchObject({ command: { status } })
    await answer(operation, { status: statuses.UnableToPerformSuboperations })
    await final
    await scu.release()
  })

  it('tells the peer when the store is full, or broken', async () => {
    const full = Object.assign(new Error('full'), { code: 'DCM_STORAGE_FULL' })
    for (const [error, status] of [
      [full, 0xa700],
      // PS3.7 9.1.1.1.9: 0110H is no status of C-STORE.
      [new Error('broken'), 0xc000],
    ] as const) {
      const { scu, peer, final, operation } = await getting({ sink: { put: () => Promise.reject(error) } })
      expect(await storeBack(peer, '1.2.3.4', image)).toMatchObject({ command: { status } })
      await answer(operation, { status: statuses.UnableToPerformSuboperations })
      await final
      await scu.release()
    }
  })

  it('refuses what comes after the last response, or without a C-GET', async () => {
    const { scu, peer, sink, final, operation } = await getting()
    await answer(operation, { status: statuses.Success })
    await final
    expect(await storeBack(peer, '1.2.3.4', image)).toMatchObject({ command: { status: 0x0124 } })
    expect(sink.instances.size).toBe(0)
    await scu.release()
  })

  it('refuses an instance without a data set, and a message ID that is in use', async () => {
    const kept = Promise.withResolvers<undefined>()
    const { scu, peerAssociation } = await associated({ contexts })
    const peer = new RawPeer(peerAssociation, { encode: encodeCommandSet, decode: decodeCommandSet })
    const refused: RefusedInstance[] = []
    const onRefused = (instance: RefusedInstance): void => void refused.push(instance)
    const final = scu.get(studyRoot, keys, keptWhen(kept.promise), { onRefused }).final()
    const asked = await peer.next()
    if (asked.type !== 'C-GET-RQ') throw new Error(asked.type)
    const on = (sopClass: string) =>
      [...peerAssociation.facts.contexts.values()].find(({ abstractSyntax }) => abstractSyntax === sopClass)
        ?.presentationContextId ?? 0
    const store = {
      type: 'C-STORE-RQ',
      affectedSopClassUid: ctImageStorage,
      affectedSopInstanceUid: '1.2.3.4',
      priority: 'medium',
    } as const
    const bare = encodeCommandSet({ ...store, messageId: 1, hasDataSet: true })
    peer.command(on(ctImageStorage), withElement(bare, 0x0800, [0x01, 0x01]))
    expect(await peer.next()).toMatchObject({ messageIdBeingRespondedTo: 1, status: 0xc000 })
    for (let twice = 0; twice < 2; twice++) {
      peer.command(on(ctImageStorage), { ...store, messageId: 2, hasDataSet: true })
      peer.dataSet(on(ctImageStorage), image)
    }
    await settled()
    kept.resolve(undefined)
    expect(await peer.next()).toMatchObject({ messageIdBeingRespondedTo: 2, status: 0 })
    expect(await peer.next()).toMatchObject({ messageIdBeingRespondedTo: 2, status: 0x0210 })
    const unknown = encodeCommandSet({
      type: 'C-ECHO-RQ',
      affectedSopClassUid: parseUid('1.2'),
      messageId: 3,
      hasDataSet: false,
    })
    peer.command(on(ctImageStorage), withElement(unknown, 0x0100, [0x77, 0x07]))
    expect(await peer.next()).toMatchObject({
      type: 'unrecognized',
      messageIdBeingRespondedTo: 3,
      status: 0x0211,
    })
    const response = responseTo(asked, { status: statuses.Success })
    peer.command(on(studyRoot.get), response)
    expect(await final).toMatchObject({ status: 0 })
    expect(refused).toEqual([{ sopClassUid: ctImageStorage, sopInstanceUid: '1.2.3.4', status: 0xc000 }])
    scu.abort()
  })

  it('takes what was not asked for, too, when told so', async () => {
    const { scu, peer } = await served({ contexts })
    const sink = new Kept()
    const final = scu.get(studyRoot, keys, sink, { unexpected: 'store' }).final()
    const operation = await nextOperation(peer)
    const other = dataSet({ [studyInstanceUid]: '9.9' })
    expect(await storeBack(peer, '9.9.9', other)).toMatchObject({ command: { status: 0 } })
    await answer(operation, { status: statuses.Success })
    await final
    expect([...sink.instances.keys()]).toEqual(['9.9.9'])
    await scu.release()
  })

  it('ends with the association when the peer aborts in the middle', async () => {
    const { peer, final } = await getting()
    peer.abort()
    await expect(final).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
  })

  it('ends when the peer drips a sub-operation', async () => {
    const { scu, peer, clock } = await served({
      contexts,
      messageTimeoutMs: 100_000,
      association: { maximumLengthBytes: 1_024 },
    })
    const final = scu.get(studyRoot, keys, new Kept()).final()
    final.catch(() => undefined)
    await nextOperation(peer)
    const sent = storeInDrops(peer, clock)
    await expect(final).rejects.toMatchObject({ cause: { timer: 'message', timeoutMs: 100_000 } })
    await expect(sent).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
  })

  it('goes on answering sub-operations while it is cancelled', async () => {
    const { scu, peer, clock } = await served({ contexts, responseTimeoutMs: 1_000, cancelTimeoutMs: 5_000 })
    const sink = new Kept()
    const stop = new AbortController()
    const final = scu.get(studyRoot, keys, sink, { signal: stop.signal }).final()
    const operation = await nextOperation(peer)
    await settled()
    stop.abort(new Error('enough'))
    await expect(final).rejects.toThrow('enough')
    expect(await storeBack(peer, '1.2.3.4', image)).toMatchObject({ command: { status: 0 } })
    await settled()
    clock.advance(4_999)
    await answer(operation, { status: statuses.Cancel })
    await scu.release()
  })

  it.each([
    ['still keeps', keptWhen(new Promise<undefined>(() => undefined))],
    ['has kept', new Kept()],
  ])('cancelled, ends after the cancel timer, whatever its sink %s', async (_, sink) => {
    const { scu, peer, clock } = await served({ contexts, cancelTimeoutMs: 5_000 })
    const stop = new AbortController()
    const final = scu.get(studyRoot, keys, sink, { signal: stop.signal }).final()
    await nextOperation(peer)
    await settled()
    stop.abort(new Error('enough'))
    await expect(final).rejects.toThrow('enough')
    const stored = storeBack(peer, '1.2.3.4', image)
    stored.catch(() => undefined)
    await settled()
    clock.advance(4_999)
    expect(scu.over).toBe(false)
    clock.advance(1)
    expect(scu.over).toBe(true)
  })

  it('runs alone', async () => {
    const { scu, final, operation } = await getting()
    await expect(scu.get(studyRoot, keys, new Kept()).final()).rejects.toMatchObject({
      code: 'DCM_GET_UNDER_WAY',
    })
    if (operation.command.type !== 'C-GET-RQ') throw new Error(operation.command.type)
    await operation.respond(responseTo(operation.command, { status: statuses.Success }))
    await final
    await scu.release()
  })
})
