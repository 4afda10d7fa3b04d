import {
  acceptorPolicy,
  type Association,
  type AssociationIndication,
  parseUid,
  receiveAssociation,
} from '@dcm/association'
import { DimseChannel, encodeCommandSet, statuses } from '@dcm/dimse'
import { FakeClock, memoryTransport, settled, withElement } from '@dcm/testkit'
import type { Transport } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { rawPeer } from './conversation.ts'
import {
  answerStore,
  answerStores,
  ctImageStorage,
  explicitVrLittleEndian,
  implicitVrLittleEndian,
  instances,
  moveService,
  mrImageStorage,
  retrieved,
  retrieving,
  type StoredInstance,
  studyRootMove,
  totals,
} from './retrieving.ts'

const address = { host: 'workstation', port: 11112 }

const negotiate = acceptorPolicy({
  abstractSyntaxes: [ctImageStorage, mrImageStorage].map((abstractSyntax) => ({
    abstractSyntax,
    transferSyntaxes: [explicitVrLittleEndian, implicitVrLittleEndian],
  })),
})

/** A network with a destination; each association request is given to `take`. */
interface Destination extends AsyncDisposable {
  readonly network: Transport
}

async function destination(take: (indication: AssociationIndication) => unknown): Promise<Destination> {
  const network = memoryTransport()
  const listener = await network.listen(address)
  const accept = async (): Promise<void> => {
    for (;;) void take(await receiveAssociation(await listener.accept()))
  }
  accept().catch(() => undefined)
  return { network, [Symbol.asyncDispose]: () => listener.close() }
}

function element(tag: number, value: Buffer): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt16LE(tag, 2)
  header.writeUInt32LE(value.length, 4)
  return Buffer.concat([header, value])
}

const toWorkstation = (transport: Transport) => (aeTitle: string) =>
  aeTitle === 'STORE' ? { address, transport } : undefined

describe('move', () => {
  it('stores at the destination, says for whom, and releases', async () => {
    const stored: StoredInstance[] = []
    const ended: Association[] = []
    await using there = await destination(async (indication) => {
      const association = await indication.accept(negotiate(indication.request))
      ended.push(association)
      await answerStores(new DimseChannel(association), stored)
    })
    await using scp = await retrieving(
      [
        moveService(
          () => [...instances(2), ...instances(1, { sopClassUid: mrImageStorage })],
          toWorkstation(there.network),
        ),
      ],
      {},
      there.network,
    )
    const channel = await scp.associate()
    const result = await retrieved(channel, { to: 'STORE' })
    expect(result.last).toMatchObject({ status: 0, hasDataSet: false, numberOfCompletedSuboperations: 3 })
    expect(totals(result)).toEqual(new Set([3]))
    expect(stored.map(({ text }) => text)).toEqual(['data set   1', 'data set   2', 'data set   1'])
    expect(stored[0]?.request).toMatchObject({
      priority: 'high',
      moveOriginatorApplicationEntityTitle: 'WORKSTATION',
      moveOriginatorMessageId: 1,
    })
    const [association] = ended
    expect(await association?.ended).toEqual({ kind: 'released' })
    expect(association?.facts.request).toMatchObject({ callingAeTitle: 'ARCHIVE', calledAeTitle: 'STORE' })
    expect(association?.facts.request.userInformation).not.toHaveProperty('asynchronousOperationsWindow')
    expect(
      association?.facts.request.presentationContexts.map(({ transferSyntaxes }) => transferSyntaxes),
    ).toEqual([
      [explicitVrLittleEndian],
      [implicitVrLittleEndian],
      [explicitVrLittleEndian],
      [implicitVrLittleEndian],
    ])
  })

  it('to an unknown destination: A801H', async () => {
    const network = memoryTransport()
    await using scp = await retrieving([moveService(() => instances(1), toWorkstation(network))], {}, network)
    expect((await retrieved(await scp.associate(), { to: 'NOBODY' })).last).toMatchObject({
      status: 0xa801,
      hasDataSet: false,
    })
  })

  it('to where a look-up fails, or has not ended at a C-CANCEL: C000H, FE00H', async () => {
    const network = memoryTransport()
    const cancel = Promise.withResolvers<() => Promise<void>>()
    await using scp = await retrieving(
      [
        moveService(
          () => instances(1),
          async (aeTitle) => {
            if (aeTitle === 'BROKEN') throw new Error('the directory is down')
            await (
              await cancel.promise
            )()
            return new Promise(() => undefined)
          },
        ),
      ],
      {},
      network,
    )
    const channel = await scp.associate()
    expect((await retrieved(channel, { to: 'BROKEN' })).last).toMatchObject({ status: 0xc000 })
    const slow = await retrieved(channel, { to: 'SLOW' }, cancel.resolve)
    // PS3.4 C.4.2.3.1: a cancelled response has these counts, also when nothing was begun.
    expect(slow).toMatchObject({
      pending: [],
      last: {
        status: 0xfe00,
        numberOfCompletedSuboperations: 0,
        numberOfFailedSuboperations: 0,
        numberOfWarningSuboperations: 0,
      },
    })
    await channel.release()
  })

  it('to blanks is to nowhere, and nobody is asked: A801H', async () => {
    const network = memoryTransport()
    const asked: string[] = []
    const lookUp = (aeTitle: string) => void asked.push(aeTitle)
    await using scp = await retrieving([moveService(() => instances(1), lookUp)], {}, network)
    const peer = rawPeer(await scp.open())
    const [context] = [...peer.association.facts.contexts.values()].filter(
      ({ abstractSyntax }) => abstractSyntax === studyRootMove,
    )
    const { presentationContextId = 0 } = context ?? {}
    const request = encodeCommandSet({
      type: 'C-MOVE-RQ',
      messageId: 1,
      affectedSopClassUid: studyRootMove,
      priority: 'medium',
      moveDestination: 'STORE',
      hasDataSet: true,
    })
    peer.command(presentationContextId, withElement(request, 0x0600, [...Buffer.from('      ')]))
    peer.dataSet(presentationContextId, Buffer.from('which '))
    expect(await peer.next()).toMatchObject({ type: 'C-MOVE-RSP', status: 0xa801 })
    expect(asked).toEqual([])
  })

  it('to what is no destination: C000H', async () => {
    const network = memoryTransport()
    await using scp = await retrieving(
      [
        moveService(
          () => instances(1),
          () => address as never,
        ),
      ],
      {},
      network,
    )
    expect((await retrieved(await scp.associate(), { to: 'STORE' })).last).toMatchObject({ status: 0xc000 })
  })

  it('whose look-up fails after its C-CANCEL says so in the log', async () => {
    const network = memoryTransport()
    const cancel = Promise.withResolvers<() => Promise<void>>()
    const directory = Promise.withResolvers<never>()
    const lookUp = async () => {
      await (
        await cancel.promise
      )()
      return directory.promise
    }
    await using scp = await retrieving([moveService(() => instances(1), lookUp)], {}, network)
    const result = await retrieved(await scp.associate(), { to: 'SLOW' }, cancel.resolve)
    expect(result.last).toMatchObject({ status: 0xfe00 })
    directory.reject(new Error('the directory is down'))
    await settled()
    expect(scp.log).toContain('warn: a look-up failed after its end')
  })

  it('cancelled while the destination does not answer yet leaves it alone; its instances remain', async () => {
    const cancel = Promise.withResolvers<() => Promise<void>>()
    const left = Promise.withResolvers<unknown>()
    await using there = await destination(async ({ signal }) => {
      signal.addEventListener('abort', () => {
        left.resolve(signal.reason)
      })
      await (
        await cancel.promise
      )()
    })
    await using scp = await retrieving(
      [moveService(() => instances(2), toWorkstation(there.network))],
      {},
      there.network,
    )
    const result = await retrieved(await scp.associate(), { to: 'STORE' }, cancel.resolve)
    expect(result.last).toMatchObject({ status: 0xfe00, numberOfRemainingSuboperations: 2 })
    expect(await left.promise).toMatchObject({ name: 'AssociationAbortedError' })
  })

  it('needs another association for more contexts than one has, and begins none after a C-CANCEL', async () => {
    const cancel = Promise.withResolvers<() => Promise<void>>()
    let associations = 0
    await using there = await destination(async (indication) => {
      associations++
      const policy = acceptorPolicy({
        abstractSyntaxes: [],
        otherAbstractSyntax: () => ({ transferSyntaxes: [explicitVrLittleEndian] }),
      })
      const association = await indication.accept(policy(indication.request))
      await answerStores(new DimseChannel(association), [], async (_, index) => {
        if (index === 0) await (await cancel.promise)()
        return 0
      })
    })
    const sopClasses = Array.from({ length: 100 }, (_, index) => `1.2.3.${String(index + 1)}`)
    await using scp = await retrieving(
      [
        moveService(
          () => sopClasses.flatMap((sopClassUid) => instances(1, { sopClassUid })),
          toWorkstation(there.network),
        ),
      ],
      {},
      there.network,
    )
    const result = await retrieved(await scp.associate(), { to: 'STORE' }, cancel.resolve)
    expect(result.last).toMatchObject({ status: 0xfe00, numberOfCompletedSuboperations: 1 })
    expect(associations).toBe(1)
  })

  it('needs one association where the second would have nothing to send', async () => {
    let associations = 0
    await using there = await destination((indication) => {
      associations++
      indication.reject({ result: 1, source: 1, reason: 1 })
    })
    // One context for each, more than an association has; but the instance goes out once.
    const syntaxes = Array.from({ length: 300 }, (_, index) => parseUid(`1.2.3.${String(index + 1)}`))
    await using scp = await retrieving(
      [moveService(() => instances(1, { otherTransferSyntaxUids: syntaxes }), toWorkstation(there.network))],
      {},
      there.network,
    )
    await retrieved(await scp.associate(), { to: 'STORE' })
    expect(associations).toBe(1)
  })

  it('tells a destination that asks for something that nothing is done for it', async () => {
    const answers: unknown[] = []
    await using there = await destination(async (indication) => {
      const association = await indication.accept(negotiate(indication.request))
      const channel = new DimseChannel(association)
      const [context] = association.facts.contexts.values()
      if (!context) throw new Error('no context')
      const store = await channel.next()
      const asked = await channel.invoke(context, { type: 'C-ECHO-RQ', affectedSopClassUid: ctImageStorage })
      answers.push((await asked.next())?.command)
      if (store) await answerStore(store, [])
    })
    await using scp = await retrieving(
      [moveService(() => instances(1), toWorkstation(there.network))],
      {},
      there.network,
    )
    expect((await retrieved(await scp.associate(), { to: 'STORE' })).last).toMatchObject({ status: 0 })
    expect(answers).toMatchObject([{ type: 'C-ECHO-RSP', status: 0x0211 }])
  })

  it('to where nobody listens, or the association is refused: A702H, all failed', async () => {
    await using there = await destination((indication) => {
      indication.reject({ result: 1, source: 1, reason: 3 })
    })
    for (const network of [there.network, memoryTransport()]) {
      await using scp = await retrieving(
        [moveService(() => instances(2), toWorkstation(network))],
        {},
        network,
      )
      expect((await retrieved(await scp.associate(), { to: 'STORE' })).last).toMatchObject({
        status: 0xa702,
        numberOfFailedSuboperations: 2,
        hasDataSet: true,
        errorComment: 'no association with the move destination',
      })
    }
  })

  it('of what the destination does not take fails that: B000H', async () => {
    const stored: StoredInstance[] = []
    await using there = await destination(async (indication) => {
      const association = await indication.accept(negotiate(indication.request))
      await answerStores(new DimseChannel(association), stored, (_, index) => (index === 0 ? 0xb007 : 0))
    })
    const odd = [
      ...instances(1, { sopClassUid: '1.2.840.10008.5.1.4.1.1.7' }),
      ...instances(1, { sopClassUid: 'not a UID' }),
    ]
    await using scp = await retrieving(
      [moveService(() => [...odd, ...instances(2)], toWorkstation(there.network))],
      {},
      there.network,
    )
    const result = await retrieved(await scp.associate(), { to: 'STORE' })
    expect(result.last).toMatchObject({
      status: 0xb000,
      numberOfCompletedSuboperations: 1,
      numberOfWarningSuboperations: 1,
      numberOfFailedSuboperations: 2,
    })
    expect(totals(result)).toEqual(new Set([4]))
  })

  it('proposes what an instance can be given in, and asks for what was accepted', async () => {
    const [jpegLossless, rle] = ['1.2.840.10008.1.2.4.70', '1.2.840.10008.1.2.5']
    const asked: string[] = []
    await using there = await destination(async (indication) => {
      const association = await indication.accept(
        acceptorPolicy({
          abstractSyntaxes: [
            { abstractSyntax: ctImageStorage, transferSyntaxes: [implicitVrLittleEndian, rle] },
          ],
        })(indication.request),
      )
      await answerStores(new DimseChannel(association), [])
    })
    const compressed = instances(1, {
      transferSyntaxUid: jpegLossless,
      otherTransferSyntaxUids: [rle, implicitVrLittleEndian],
      open: (transferSyntaxUid) => {
        asked.push(transferSyntaxUid)
        return [Buffer.from('recoded!')]
      },
    })
    await using scp = await retrieving(
      [moveService(() => compressed, toWorkstation(there.network))],
      {},
      there.network,
    )
    expect((await retrieved(await scp.associate(), { to: 'STORE' })).last).toMatchObject({ status: 0 })
    expect(asked).toEqual([rle])
  })

  it('writes what is uncompressed as the destination takes it', async () => {
    const stored: StoredInstance[] = []
    await using there = await destination(async (indication) => {
      const association = await indication.accept(
        acceptorPolicy({
          abstractSyntaxes: [{ abstractSyntax: ctImageStorage, transferSyntaxes: [implicitVrLittleEndian] }],
        })(indication.request),
      )
      await answerStores(new DimseChannel(association), stored)
    })
    const kept = instances(1, { open: () => [Buffer.from('100020004c4f04004b4c4d4e', 'hex')] })
    await using scp = await retrieving(
      [moveService(() => kept, toWorkstation(there.network))],
      {},
      there.network,
    )
    expect((await retrieved(await scp.associate(), { to: 'STORE' })).last).toMatchObject({ status: 0 })
    expect(stored.map(({ text }) => text)).toEqual(['\x10\0\x20\0\x04\0\0\0KLMN'])
  })

  it.each([
    [
      'aborts',
      (association: Association) => {
        association.abort()
      },
    ],
    [
      'is lost',
      (association: Association) => {
        association.connection.stream.destroy()
      },
    ],
    [
      'answers another message',
      (association: Association) => {
        const [context] = association.facts.contexts.values()
        // A C-STORE-RSP to message 4711: groups of tag, length and value.
        const command = Buffer.concat([
          element(0x0000, Buffer.from([0x32, 0, 0, 0])),
          element(0x0100, Buffer.from([0x01, 0x80])),
          element(0x0120, Buffer.from([0x67, 0x12])),
          element(0x0800, Buffer.from([0x01, 0x01])),
          element(0x0900, Buffer.from([0, 0])),
        ])
        association.send([
          {
            presentationContextId: context?.presentationContextId ?? 1,
            isCommand: true,
            isLast: true,
            data: [command],
          },
        ])
      },
    ],
  ])('to a destination that %s mid way: what is left fails', async (_, misbehave) => {
    const stored: StoredInstance[] = []
    await using there = await destination(async (indication) => {
      const association = await indication.accept(negotiate(indication.request))
      await answerStores(new DimseChannel(association), stored, async (operation, index) => {
        if (index < 1) return 0
        misbehave(association)
        await association.ended
        return operation.command.messageId
      })
    })
    let opened = 0
    const counted = instances(4).map((instance) => ({
      ...instance,
      open: (transferSyntaxUid: string) => {
        opened++
        return instance.open(transferSyntaxUid)
      },
    }))
    await using scp = await retrieving(
      [moveService(() => counted, toWorkstation(there.network))],
      {},
      there.network,
    )
    const channel = await scp.associate()
    const result = await retrieved(channel, { to: 'STORE' })
    expect(result.last).toMatchObject({
      status: 0xb000,
      numberOfCompletedSuboperations: 1,
      numberOfFailedSuboperations: 3,
    })
    expect(totals(result)).toEqual(new Set([4]))
    expect(opened).toBe(2)
    await channel.release()
  })

  it('to a destination that never answers ends by the timer dimse-response', async () => {
    const clock = new FakeClock()
    const asked = Promise.withResolvers<undefined>()
    await using there = await destination(async (indication) => {
      const association = await indication.accept(negotiate(indication.request))
      await answerStores(new DimseChannel(association), [], async () => {
        asked.resolve(undefined)
        await association.ended
        return 0
      })
    })
    await using scp = await retrieving(
      [
        moveService(
          () => instances(1),
          () => ({ address, transport: there.network, association: { clock } }),
        ),
      ],
      {},
      there.network,
    )
    const answer = retrieved(await scp.associate(), { to: 'STORE' })
    await asked.promise
    while (!clock.remainingMs.includes(60_000)) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(60_000)
    expect((await answer).last).toMatchObject({ status: 0xa702, numberOfFailedSuboperations: 1 })
  })

  it('stops at a C-CANCEL, and releases the destination', async () => {
    const cancelled = Promise.withResolvers<() => Promise<void>>()
    const ended = Promise.withResolvers<unknown>()
    await using there = await destination(async (indication) => {
      const association = await indication.accept(negotiate(indication.request))
      ended.resolve(association.ended)
      await answerStores(new DimseChannel(association), [], async (_, index) => {
        if (index === 2) await (await cancelled.promise)()
        return 0
      })
    })
    await using scp = await retrieving(
      [moveService(() => instances(9), toWorkstation(there.network))],
      {},
      there.network,
    )
    const channel = await scp.associate()
    const result = await retrieved(channel, { to: 'STORE' }, cancelled.resolve)
    expect(result.last?.status).toBe(0xfe00)
    expect(totals(result)).toEqual(new Set([9]))
    expect(await ended.promise).toEqual({ kind: 'released' })
  })

  it('is over when its requestor is: the destination is aborted', async () => {
    const ended = Promise.withResolvers<unknown>()
    const requestor = Promise.withResolvers<DimseChannel>()
    await using there = await destination(async (indication) => {
      const association = await indication.accept(negotiate(indication.request))
      await answerStores(new DimseChannel(association), [], async () => {
        ;(await requestor.promise).abort()
        ended.resolve(await association.ended)
        return 0
      })
    })
    await using scp = await retrieving(
      [moveService(() => instances(9), toWorkstation(there.network))],
      {},
      there.network,
    )
    const channel = await scp.associate()
    requestor.resolve(channel)
    await expect(retrieved(channel, { to: 'STORE' })).rejects.toThrow()
    expect(await ended.promise).toMatchObject({ kind: 'aborted' })
  })

  it.each([4, 0])('asks for a window (%i) and uses what was agreed', async (maximumOperationsInvoked) => {
    const stored: StoredInstance[] = []
    const all = Promise.withResolvers<undefined>()
    let waiting = 0
    await using there = await destination(async (indication) => {
      const association = await indication.accept(
        acceptorPolicy({
          abstractSyntaxes: [{ abstractSyntax: ctImageStorage, transferSyntaxes: [explicitVrLittleEndian] }],
          asynchronousOperationsWindow: { invoked: 3, performed: 1 },
        })(indication.request),
      )
      const channel = new DimseChannel(association)
      for await (const operation of channel) {
        if (++waiting === 3) all.resolve(undefined)
        void all.promise.then(() => answerStore(operation, stored))
      }
    })
    await using scp = await retrieving(
      [
        moveService(
          () => instances(3),
          () => ({ address, transport: there.network, maximumOperationsInvoked, callingAeTitle: 'MOVER' }),
        ),
      ],
      {},
      there.network,
    )
    expect((await retrieved(await scp.associate(), { to: 'STORE' })).last).toMatchObject({
      status: statuses.Success,
      numberOfCompletedSuboperations: 3,
    })
  })
})
