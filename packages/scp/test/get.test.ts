import { once } from 'node:events'
import { Readable } from 'node:stream'
import { deflateRawSync } from 'node:zlib'
import { parseUid } from '@dcm/association'
import { encodeFileMeta } from '@dcm/dataset'
import { statuses } from '@dcm/dimse'
import { type DataSetToSend, StatusError, storage } from '@dcm/scp'
import { settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { rawPeer } from './conversation.ts'
import {
  answerStore,
  answerStores,
  ctImageStorage,
  explicitVrLittleEndian,
  getService,
  implicitVrLittleEndian,
  instances,
  mrImageStorage,
  retrieved,
  retrieving,
  type StoredInstance,
  studyRootGet,
  totals,
} from './retrieving.ts'

const ct = [{ sopClass: ctImageStorage }]
const deflated = parseUid('1.2.840.10008.1.2.1.99')

const wholeFile = Buffer.concat([
  encodeFileMeta({
    mediaStorageSopClassUid: ctImageStorage,
    mediaStorageSopInstanceUid: '2.25.1',
    transferSyntaxUid: explicitVrLittleEndian,
    implementationClassUid: '2.25.2',
  }),
  Buffer.from('100020004c4f04004b4c4d4e', 'hex'),
])

/** PS3.5 A.5, padded to an even length. */
function deflatedHex(hex: string): string {
  const bytes = deflateRawSync(Buffer.from(hex, 'hex')).toString('hex')
  return bytes.padEnd(4 * Math.ceil(bytes.length / 4), '0')
}

const ignore = (): void => undefined
const silent = { debug: ignore, info: ignore, error: ignore }

describe('get', () => {
  it('whose handler fails after its C-CANCEL says so in the log', async () => {
    const cancel = Promise.withResolvers<() => Promise<void>>()
    const database = Promise.withResolvers<never>()
    await using scp = await retrieving([
      getService(async function* () {
        await (
          await cancel.promise
        )()
        yield await database.promise
      }),
    ])
    expect((await retrieved(await scp.associate(ct), 'get', cancel.resolve)).last).toMatchObject({
      status: 0xfe00,
    })
    database.reject(new Error('the database is down'))
    await settled()
    expect(scp.log).toContain('warn: a retrieval failed after its end')
  })

  it.each([
    ['a path', '/1.dcm'],
    ['the data set in place of what opens it', { ...instances(1)[0], open: [Buffer.from('data set')] }],
  ])('that yields %s, for which there is nothing to open, is answered C000H', async (_what, yielded) => {
    await using scp = await retrieving([getService(() => [yielded as never])])
    expect((await retrieved(await scp.associate(ct), 'get')).last).toMatchObject({ status: 0xc000 })
  })

  it('sends an instance without an element as it is', async () => {
    await using scp = await retrieving([getService(() => instances(1, { open: () => [] }))])
    const channel = await scp.associate(ct)
    const stored: StoredInstance[] = []
    void answerStores(channel, stored)
    expect((await retrieved(channel, 'get')).last).toMatchObject({ status: 0 })
    expect(stored.map(({ text }) => text)).toEqual([''])
  })

  it('whose requestor leaves inside the identifier is over with it', async () => {
    await using scp = await retrieving([getService(() => instances(1))])
    const peer = rawPeer(await scp.open())
    const fields = { affectedSopClassUid: studyRootGet, priority: 'medium' } as const
    peer.command(1, { type: 'C-GET-RQ', ...fields, messageId: 1, hasDataSet: true })
    const half = { presentationContextId: 1, isCommand: false, isLast: false, data: [new Uint8Array(2)] }
    peer.association.send([half])
    await settled()
    peer.association.abort()
    await settled()
    expect(scp.scp.associations).toEqual([])
    expect(scp.log.filter((line) => line.startsWith('error'))).toEqual([])
  })

  it('stores what the handler yields on the same association, and counts', async () => {
    await using scp = await retrieving([
      getService(async function* ({ identifier, peer }) {
        await Promise.resolve()
        expect([Buffer.from(identifier).toString(), peer.callingAeTitle]).toEqual(['which', 'WORKSTATION'])
        yield* instances(3)
      }),
    ])
    const channel = await scp.associate(ct)
    const stored: StoredInstance[] = []
    void answerStores(channel, stored)
    const result = await retrieved(channel, 'get')
    expect(stored.map(({ text }) => text)).toEqual(['data set   1', 'data set   2', 'data set   3'])
    expect(stored[0]?.request).toMatchObject({
      affectedSopClassUid: ctImageStorage,
      affectedSopInstanceUid: '2.25.1',
      priority: 'high',
    })
    expect(stored[0]?.request).not.toHaveProperty('moveOriginatorMessageId')
    expect(result.pending[0]).toMatchObject({ status: 0xff00, numberOfRemainingSuboperations: 3 })
    // As the instances go out, and no faster than the responses do.
    expect(result.pending.length).toBeGreaterThan(1)
    expect(result.last).toMatchObject({
      status: 0x0000,
      hasDataSet: false,
      numberOfCompletedSuboperations: 3,
      numberOfFailedSuboperations: 0,
      numberOfWarningSuboperations: 0,
    })
    expect(result.last).not.toHaveProperty('numberOfRemainingSuboperations')
    expect(totals(result)).toEqual(new Set([3]))
    await channel.release()
  })

  it('of nothing succeeds at once', async () => {
    await using scp = await retrieving([getService(() => [])])
    const result = await retrieved(await scp.associate(ct), 'get')
    expect(result).toMatchObject({ pending: [], last: { status: 0, numberOfCompletedSuboperations: 0 } })
  })

  it('sends a stream, and an instance twice yielded once', async () => {
    const closed: string[] = []
    const [one] = instances(1, {
      open: async function* () {
        try {
          await Promise.resolve()
          yield Buffer.from('a ')
          yield Buffer.from('stream')
        } finally {
          closed.push('closed')
        }
      },
    })
    if (!one) throw new Error('no instance')
    await using scp = await retrieving([getService(() => [one, one])])
    const channel = await scp.associate(ct)
    const stored: StoredInstance[] = []
    void answerStores(channel, stored)
    expect((await retrieved(channel, 'get')).last).toMatchObject({
      status: 0,
      numberOfCompletedSuboperations: 1,
    })
    expect(stored.map(({ text }) => text)).toEqual(['a stream'])
    expect(closed).toEqual(['closed'])
  })

  it('fails what cannot be opened, has no context, or is refused: B000H and their list', async () => {
    const [lost, other, refused, warned, kept] = instances(5)
    await using scp = await retrieving([
      getService(() => [
        { ...lost, open: () => Promise.reject(new Error('no such file')) } as typeof lost & object,
        { ...other, sopClassUid: mrImageStorage } as typeof lost & object,
        ...[refused, warned, kept].filter((each) => each !== undefined),
      ]),
    ])
    const channel = await scp.associate(ct)
    const stored: StoredInstance[] = []
    void answerStores(channel, stored, (_, index) => [statuses.RefusedOutOfResources, 0xb006][index])
    const result = await retrieved(channel, 'get')
    expect(result.last).toMatchObject({
      status: 0xb000,
      numberOfCompletedSuboperations: 1,
      numberOfFailedSuboperations: 3,
      numberOfWarningSuboperations: 1,
    })
    expect(totals(result)).toEqual(new Set([5]))
    // Implicit VR Little Endian: the tag, 20 bytes, three UIDs.
    expect(Buffer.from(result.identifier ?? []).toString('latin1')).toBe(
      '\x08\x00\x58\x00\x14\x00\x00\x002.25.1\\2.25.2\\2.25.3',
    )
    expect(scp.log).toContain('warn: sub-operations failed')
    await channel.release()
  })

  it('uses no context for which the requestor is not the SCP: A702H when nothing could be stored', async () => {
    await using scp = await retrieving([getService(() => instances(2))])
    const result = await retrieved(await scp.associate([{ sopClass: mrImageStorage }]), 'get')
    expect(result.last).toMatchObject({ status: 0xa702, hasDataSet: true, numberOfFailedSuboperations: 2 })
  })

  it('shares storage contexts with a storage service, each in its role', async () => {
    const getting = getService(() => instances(1))
    await using both = await retrieving([storage({ store: { put: () => Promise.resolve() } }), getting])
    const roles = async (stored: Parameters<typeof both.associate>[0]) => {
      const { contexts } = (await both.associate(stored)).association.facts
      return [...contexts.values()].find(({ abstractSyntax }) => abstractSyntax === ctImageStorage)?.roles
    }
    expect(await roles(ct)).toMatchObject({ requestor: { scu: false, scp: true } })
    expect(await roles([{ sopClass: ctImageStorage, asScu: true }])).toMatchObject({
      requestor: { scu: true, scp: false },
    })
    // Without a storage service there is nobody to store at.
    await using alone = await retrieving([getting])
    const { contexts } = (await alone.associate([{ sopClass: ctImageStorage, asScu: true }])).association
      .facts
    expect([...contexts.values()].map(({ abstractSyntax }) => abstractSyntax)).toEqual([studyRootGet])
  })

  it('sends in another transfer syntax when the instance has it', async () => {
    const asked: string[] = []
    await using scp = await retrieving([
      getService(() =>
        instances(1, {
          otherTransferSyntaxUids: [implicitVrLittleEndian],
          open: (transferSyntaxUid) => {
            asked.push(transferSyntaxUid)
            return [Buffer.from('recoded!')]
          },
        }),
      ),
    ])
    const channel = await scp.associate([
      { sopClass: ctImageStorage, transferSyntax: implicitVrLittleEndian },
    ])
    const stored: StoredInstance[] = []
    void answerStores(channel, stored)
    expect((await retrieved(channel, 'get')).last).toMatchObject({ status: 0 })
    expect(asked).toEqual([implicitVrLittleEndian])
    expect(asked).not.toContain(explicitVrLittleEndian)
  })

  it.each([
    ['Explicit VR Little Endian', explicitVrLittleEndian, '100020004c4f04004b4c4d4e'],
    ['Explicit VR Big Endian', parseUid('1.2.840.10008.1.2.2'), '001000204c4f00044b4c4d4e'],
    ['Deflated Explicit VR Little Endian', deflated, deflatedHex('100020004c4f04004b4c4d4e')],
  ])('writes what is kept in %s as the requestor takes it', async (_, transferSyntaxUid, kept) => {
    const bytes = Buffer.from(kept, 'hex')
    await using scp = await retrieving([
      getService(() =>
        instances(1, { transferSyntaxUid, open: () => [bytes.subarray(0, 5), bytes.subarray(5)] }),
      ),
    ])
    const channel = await scp.associate([
      { sopClass: ctImageStorage, transferSyntax: implicitVrLittleEndian },
    ])
    const stored: StoredInstance[] = []
    void answerStores(channel, stored)
    expect((await retrieved(channel, 'get')).last).toMatchObject({ status: 0 })
    expect(stored.map(({ text }) => text)).toEqual(['\x10\0\x20\0\x04\0\0\0KLMN'])
  })

  it('fails what cannot be written as the requestor takes it', async () => {
    await using scp = await retrieving([
      getService(() => [
        ...instances(1, { open: () => [Buffer.from('10002000', 'hex')] }),
        ...instances(2, { transferSyntaxUid: '1.2.840.10008.1.2.5' }).slice(1),
        ...instances(3, {
          transferSyntaxUid: deflated,
          open: () => [Buffer.from('no deflated data')],
        }).slice(2),
      ]),
    ])
    const channel = await scp.associate([
      { sopClass: ctImageStorage, transferSyntax: implicitVrLittleEndian },
    ])
    const stored: StoredInstance[] = []
    void answerStores(channel, stored)
    expect((await retrieved(channel, 'get')).last).toMatchObject({
      status: 0xa702,
      numberOfFailedSuboperations: 3,
    })
    expect(stored).toEqual([])
    await channel.release()
  })

  it('inflates no more than the requestor takes, and closes what it did not read to the end', async () => {
    // 16 MiB of one value, which deflate to as much.
    const value = Buffer.concat([Buffer.from('091010004f42000000000001', 'hex'), Buffer.alloc(0x1000000)])
    const large = deflateRawSync(value, { level: 0 })
    const closed = Promise.withResolvers<undefined>()
    let takenBytes = 0
    const open = async function* () {
      try {
        for (; takenBytes < large.length; takenBytes += 65_536) {
          yield await Promise.resolve(large.subarray(takenBytes, takenBytes + 65_536))
        }
      } finally {
        closed.resolve(undefined)
      }
    }
    await using scp = await retrieving([
      getService(() => instances(1, { transferSyntaxUid: deflated, open })),
    ])
    const channel = await scp.associate([
      { sopClass: ctImageStorage, transferSyntax: implicitVrLittleEndian },
    ])
    const result = retrieved(channel, 'get')
    const operation = await channel.next()
    expect((await operation?.dataSet?.read())?.length).toBeGreaterThan(0)
    await settled()
    expect(takenBytes).toBeLessThan(8_000_000)
    channel.abort()
    await expect(result).rejects.toMatchObject({ code: 'DCM_ABORTED' })
    await closed.promise
  })

  it('has as many sub-operations under way as both sides want', async () => {
    await using scp = await retrieving([getService(() => instances(6))], { maxOperationsInvoked: 4 })
    const channel = await scp.associate(ct, 3)
    const stored: StoredInstance[] = []
    const three = Promise.withResolvers<undefined>()
    let [underWay, most] = [0, 0]
    void (async () => {
      for await (const operation of channel) {
        most = Math.max(most, ++underWay)
        if (underWay === 3) three.resolve(undefined)
        void three.promise.then(() => {
          underWay--
          return answerStore(operation, stored)
        })
      }
    })()
    expect((await retrieved(channel, 'get')).last).toMatchObject({
      status: 0,
      numberOfCompletedSuboperations: 6,
    })
    expect(most).toBe(3)
    await channel.release()
  })

  it('stops at a C-CANCEL: FE00H, with what remains', async () => {
    const cancelled = Promise.withResolvers<() => Promise<void>>()
    await using scp = await retrieving([getService(() => instances(10))])
    const channel = await scp.associate(ct)
    const stored: StoredInstance[] = []
    void answerStores(channel, stored, async (_, index) => {
      if (index === 1) await (await cancelled.promise)()
      return index === 0 ? statuses.RefusedOutOfResources : 0
    })
    const result = await retrieved(channel, 'get', cancelled.resolve)
    expect(result.last).toMatchObject({
      status: 0xfe00,
      numberOfRemainingSuboperations: 8,
      numberOfCompletedSuboperations: 1,
      numberOfFailedSuboperations: 1,
      hasDataSet: true,
    })
    expect(totals(result)).toEqual(new Set([10]))
    await channel.release()
  })

  it('stops at a C-CANCEL while an instance is being opened: it remains, and is closed when it comes', async () => {
    const opening = Promise.withResolvers<undefined>()
    const opened = Promise.withResolvers<DataSetToSend>()
    const closed = Promise.withResolvers<undefined>()
    const cancel = Promise.withResolvers<() => Promise<void>>()
    const slow = {
      open: () => {
        opening.resolve(undefined)
        return opened.promise
      },
    }
    await using scp = await retrieving([
      getService(() => instances(3).map((instance, index) => ({ ...instance, ...(index === 1 && slow) }))),
    ])
    const channel = await scp.associate(ct)
    void answerStores(channel, [])
    const answer = retrieved(channel, 'get', cancel.resolve)
    await opening.promise
    await (
      await cancel.promise
    )()
    expect((await answer).last).toMatchObject({
      status: 0xfe00,
      numberOfRemainingSuboperations: 2,
      numberOfCompletedSuboperations: 1,
      numberOfFailedSuboperations: 0,
    })
    const late = {
      read: () => Promise.resolve(undefined),
      [Symbol.asyncDispose]: () => {
        closed.resolve(undefined)
        return Promise.resolve()
      },
    }
    opened.resolve(late)
    await closed.promise
    await channel.release()
  })

  it('stops at a C-CANCEL while the handler looks up what there is', async () => {
    let cancel: (() => Promise<void>) | undefined
    await using scp = await retrieving([
      getService(async function* () {
        yield* instances(1)
        await cancel?.()
        await new Promise(() => undefined)
      }),
    ])
    const result = await retrieved(await scp.associate(ct), 'get', (how) => (cancel = how))
    // PS3.4 C.4.3.3.1: a cancelled response has these counts, also when nothing was begun.
    expect(result).toMatchObject({
      pending: [],
      last: {
        status: 0xfe00,
        numberOfCompletedSuboperations: 0,
        numberOfFailedSuboperations: 0,
        numberOfWarningSuboperations: 0,
      },
    })
  })

  it('begins nothing more when the SCP closes: what was not begun has failed', async () => {
    await using scp = await retrieving([
      getService(({ signal }) => {
        const [one, two, three] = instances(3)
        const open = async (transferSyntaxUid: string) => {
          if (!signal.aborted) await once(signal, 'abort')
          return two?.open(transferSyntaxUid) ?? []
        }
        return [one, two && { ...two, open }, three].filter((each) => each !== undefined)
      }),
    ])
    const channel = await scp.associate(ct)
    let closed: Promise<unknown> | undefined
    void answerStores(channel, [], () => {
      closed ??= scp.scp.close({ drainMs: 200 })
      return 0
    })
    const result = await retrieved(channel, 'get')
    expect(result.last).toMatchObject({
      status: 0xb000,
      numberOfCompletedSuboperations: 2,
      numberOfFailedSuboperations: 1,
    })
    expect(totals(result)).toEqual(new Set([3]))
    await closed
  })

  it.each([
    ['what it chose', new StatusError(statuses.IdentifierDoesNotMatchSopClass), 0xa900],
    ['C000H', new Error('the index is down'), 0xc000],
  ])('answers a handler that throws with %s', async (_, error, status) => {
    await using scp = await retrieving([
      getService(() => {
        throw error
      }),
    ])
    expect((await retrieved(await scp.associate(ct), 'get')).last).toMatchObject({ status })
  })

  it('lets others have a turn while many instances are there, and while all of them fail', async () => {
    const seen = { yielded: 0, opened: 0 }
    /** How many there were when others had a turn. */
    const turned = { yielded: 0, opened: 0 }
    const count = (what: keyof typeof seen) => {
      if (seen[what]++ === 0) setImmediate(() => (turned[what] = seen[what]))
    }
    const open = () => {
      count('opened')
      throw new Error('no such file')
    }
    const many = instances(60_000, { open })
    await using scp = await retrieving([
      getService(
        function* () {
          for (const instance of many) {
            count('yielded')
            yield instance
          }
        },
        { pendingIntervalMs: 1_000 },
      ),
    ])
    const { last } = await retrieved(await scp.associate(ct), 'get')
    expect(last).toMatchObject({ status: 0xa702, numberOfFailedSuboperations: 60_000 })
    expect(turned.yielded).toBeGreaterThan(0)
    expect(turned.yielded).toBeLessThan(60_000)
    expect(turned.opened).toBeGreaterThan(0)
    expect(turned.opened).toBeLessThan(60_000)
  })

  it('refuses more than can be counted with A701H', async () => {
    await using scp = await retrieving([getService(() => instances(65_536))])
    expect((await retrieved(await scp.associate(ct), 'get')).last).toMatchObject({
      status: 0xa701,
      errorComment: 'more than 65535 instances',
    })
  })

  it('takes a data set that is one Uint8Array', async () => {
    await using scp = await retrieving([
      getService(() => instances(1, { open: () => Buffer.from('data set   1') })),
    ])
    const channel = await scp.associate(ct)
    const stored: StoredInstance[] = []
    void answerStores(channel, stored)
    await retrieved(channel, 'get')
    expect(stored.map(({ text }) => text)).toEqual(['data set   1'])
  })

  // What JavaScript lets pass.
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'DCM_DATA_SET_TYPE'],
    ['text', 'data set', 'DCM_DATA_SET_TYPE'],
    ['an array of text', ['data set'], 'DCM_DATA_SET_TYPE'],
    ['a stream of text', Readable.from(['data set']), 'DCM_DATA_SET_TYPE'],
    ['a whole file', wholeFile, 'DCM_DATA_SET_IS_FILE'],
    ['a whole file as a stream', Readable.from([wholeFile]), 'DCM_DATA_SET_IS_FILE'],
  ])('fails an instance whose open() gives %s, and stores nothing', async (_what, opened, code) => {
    const errors: unknown[] = []
    const logger = { ...silent, warn: ({ err }: { err?: unknown }) => errors.push(err) }
    await using scp = await retrieving(
      [getService(() => instances(1, { open: () => opened as DataSetToSend }))],
      { logger },
    )
    const channel = await scp.associate(ct)
    const stored: StoredInstance[] = []
    void answerStores(channel, stored)
    const { last } = await retrieved(channel, 'get')
    expect(last).toMatchObject({ status: 0xa702, numberOfFailedSuboperations: 1 })
    expect(stored).toEqual([])
    expect(errors).toMatchObject([{ name: 'UsageError', code }])
  })

  it('ends with the association, and closes what it has open', async () => {
    const closed = Promise.withResolvers<undefined>()
    await using scp = await retrieving([
      getService(() =>
        instances(3, {
          open: () => ({
            read: () => Promise.resolve([Buffer.alloc(8)]),
            [Symbol.asyncDispose]: () => {
              closed.resolve(undefined)
              return Promise.resolve()
            },
          }),
        }),
      ),
    ])
    const channel = await scp.associate(ct)
    const answer = retrieved(channel, 'get')
    const operation = await channel.next()
    expect(operation?.command.type).toBe('C-STORE-RQ')
    channel.abort()
    await expect(answer).rejects.toMatchObject({ code: 'DCM_ABORTED' })
    await closed.promise
  })
})
