import { fstatSync, readdirSync, statSync } from 'node:fs'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { deflateRawSync } from 'node:zlib'
import { decodeDataSet, encodeFileMeta } from '@dcm/dataset'
import { statuses } from '@dcm/dimse'
import { InstanceError, type InstanceToStore, openPart10, type StoreOptions } from '@dcm/scu'
import { settled } from '@dcm/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BatchBuffers } from '../src/instances/batch-buffers.ts'
import { FileByteSource } from '../src/instances/file-byte-source.ts'
import { FileHead } from '../src/instances/file-head.ts'
import { OpenFile } from '../src/instances/open-file.ts'
import { bytesOf } from './data-set.ts'
import { Part10Folder } from './part10-folder.ts'
import { samples } from './samples.ts'
import { answer, ctImageStorage, explicit, implicit, nextOperation, served } from './served.ts'

const instances = [{ sopClassUid: ctImageStorage, transferSyntaxUid: implicit }]
const instance = { sopClassUid: ctImageStorage, sopInstanceUid: '1.2.3', transferSyntaxUid: implicit }

let folder: Part10Folder
beforeAll(async () => {
  folder = await Part10Folder.create()
})
afterAll(() => folder[Symbol.asyncDispose]())

/** Compressed, so that the peer takes it transcoded only; whoever transcodes it takes his time. */
async function transcoding(options: StoreOptions = {}) {
  const { scu, peer, clock } = await served({ instances })
  const transcoded = Promise.withResolvers<InstanceToStore>()
  const jpeg = { ...instance, transferSyntaxUid: '1.2.840.10008.1.2.4.50', dataSet: [new Uint8Array(2)] }
  const stored = scu.store(jpeg, { ...options, transcode: () => transcoded.promise })
  const outcome = stored.catch((error: unknown) => error)
  await settled()
  return { scu, peer, clock, transcoded, stored, outcome }
}

/** Whether this process has the file open. */
function isOpen(path: string): boolean {
  const { ino } = statSync(path)
  return readdirSync('/dev/fd').some((descriptor) => {
    try {
      return fstatSync(Number(descriptor)).ino === ino
    } catch {
      // The folder's own, by now.
      return false
    }
  })
}

describe('C-STORE', () => {
  it('of a file is one that a release waits for, from the beginning', async () => {
    const path = await folder.add('released.dcm')
    const { scu, peer } = await served({ instances })
    const stored = scu.store(path)
    expect(scu.outstandingOperations).toBe(1)
    const released = scu.release()
    await answer(await nextOperation(peer), { status: 0 })
    expect(await stored).toMatchObject({ status: 0 })
    await released
  })

  it('is waited for by a release while it is transcoded', async () => {
    const { scu, peer, transcoded, stored } = await transcoding()
    const released = scu.release()
    transcoded.resolve({ ...instance, dataSet: [new Uint8Array(4)] })
    await answer(await nextOperation(peer), { status: 0 })
    expect(await stored).toMatchObject({ status: 0 })
    await released
  })

  it.each(['signal', 'deadline', 'abort'] as const)(
    'ends with its %s while it is transcoded',
    async (how) => {
      const reason = new Error('enough')
      const stop = new AbortController()
      const { scu, clock, outcome } = await transcoding({ signal: stop.signal, deadlineMs: 1_000 })
      if (how === 'signal') stop.abort(reason)
      else if (how === 'deadline') clock.advance(1_000)
      else scu.abort(reason)
      const expected = { signal: reason, deadline: { timer: 'deadline' }, abort: { cause: reason } }[how]
      expect(await outcome).toMatchObject(expected)
      expect(scu.outstandingOperations).toBe(0)
      scu.abort()
    },
  )

  it('of a file that is given up while that is being opened leaves nothing open', async () => {
    const path = await folder.add('given-up.dcm')
    const { scu } = await served({ instances })
    const stop = new AbortController()
    const reason = new Error('enough')
    const stored = scu.store(path, { signal: stop.signal })
    stop.abort(reason)
    await expect(stored).rejects.toBe(reason)
    // Who opens it later has it later.
    await readFile(path)
    await settled()
    while (isOpen(path)) await settled(1)
    await scu.release()
  })

  it('streams a file larger than its batches', async () => {
    const path = await folder.add('large.dcm', { filler: 3_000_001 })
    const { scu, peer } = await served({ instances })
    const stored = scu.store(path, { priority: 'high', moveOriginator: { aeTitle: 'MOVER', messageId: 7 } })
    const operation = await nextOperation(peer)
    expect(operation.command).toMatchObject({
      type: 'C-STORE-RQ',
      priority: 'high',
      moveOriginatorApplicationEntityTitle: 'MOVER',
      moveOriginatorMessageId: 7,
    })
    if (!operation.dataSet) throw new Error('no data set')
    const received = await bytesOf(operation.dataSet)
    await using file = await openPart10(path)
    expect(Buffer.compare(received, await bytesOf(file.dataSet))).toBe(0)
    await answer(operation, { status: statuses.CoercionOfDataElements })
    expect(await stored).toMatchObject({ type: 'C-STORE-RSP', status: 0xb000 })
    await scu.release()
  })

  it('waits for a peer that does not read, and holds no more than a few batches', async () => {
    const { scu, peer } = await served({ instances })
    let given = 0
    const dataSet = {
      read: () => Promise.resolve(given++ < 100 ? [new Uint8Array(1_000_000)] : undefined),
    }
    const stored = scu.store({ ...instance, dataSet })
    const operation = await nextOperation(peer)
    await settled(100)
    expect(given).toBeLessThan(10)
    if (operation.dataSet) await operation.dataSet.drain()
    await answer(operation, { status: 0 })
    expect((await stored).status).toBe(0)
    expect(given).toBe(101)
    await scu.release()
  })

  it('sends a data set that is one Uint8Array', async () => {
    const { scu, peer } = await served({ instances })
    const dataSet = Buffer.alloc(200_000, 'data set ')
    const stored = scu.store({ ...instance, dataSet })
    const operation = await nextOperation(peer)
    if (!operation.dataSet) throw new Error('no data set')
    expect(Buffer.compare(await bytesOf(operation.dataSet), dataSet)).toBe(0)
    await answer(operation, { status: 0 })
    expect((await stored).status).toBe(0)
    await scu.release()
  })

  // What JavaScript lets pass.
  it.each([
    ['null', null],
    ['text', 'data set'],
    ['an object', {}],
    ['an array of numbers', [1]],
    ['a Node.js stream', Readable.from([Buffer.alloc(2)])],
  ])('refuses a data set that is %s before anything of it is sent, and goes on', async (_what, dataSet) => {
    const { scu } = await served({ instances })
    await expect(scu.store({ ...instance, dataSet: dataSet as never })).rejects.toMatchObject({
      name: 'UsageError',
      code: 'DCM_DATA_SET_TYPE',
    })
    expect(scu.outstandingOperations).toBe(0)
    await scu.release()
  })

  it('refuses the bytes of a whole file as a data set', async () => {
    const dataSet = await readFile(await folder.add('whole.dcm'))
    const { scu } = await served({ instances })
    await expect(scu.store({ ...instance, dataSet })).rejects.toMatchObject({
      name: 'UsageError',
      code: 'DCM_DATA_SET_IS_FILE',
    })
    await scu.release()
  })

  it.each([
    ['that is none', 'no DICOM at all', 'DCM_INSTANCE_NOT_PART10'],
    [
      'that ends in its meta',
      Buffer.concat([Buffer.alloc(128), Buffer.from('DICM\x02\0\x10\0UI\x20\0')]),
      'DCM_INSTANCE_NOT_PART10',
    ],
  ])('refuses a file %s', async (_what, content, code) => {
    const path = join(folder.path, 'bad')
    await writeFile(path, content)
    const { scu } = await served({ instances })
    await expect(scu.store(path)).rejects.toMatchObject({ name: 'InstanceError', code })
    await expect(scu.store(join(folder.path, 'nothing'))).rejects.toMatchObject({
      code: 'DCM_INSTANCE_UNREADABLE',
    })
    await scu.release()
  })

  it('refuses a file that is cut before anything of it is sent, and goes on', async () => {
    const path = await folder.add('cut.dcm', { filler: 3_000_000 })
    await truncate(path, 2_000_000)
    const { scu } = await served({ instances })
    await expect(scu.store(path)).rejects.toMatchObject({
      code: 'DCM_INSTANCE_CUT',
      message: expect.stringContaining(`${path} is cut`) as string,
    })
    expect(scu.over).toBe(false)
    await scu.release()
  })

  it('sends a file that lacks only the padding of its last value, with it', async () => {
    const path = await folder.add('unpadded.dcm', { filler: 3_001 })
    const whole = await readFile(path)
    await truncate(path, whole.length - 1)
    const { scu, peer } = await served({ instances })
    const stored = scu.store(path)
    const operation = await nextOperation(peer)
    if (!operation.dataSet) throw new Error('no data set')
    const received = await bytesOf(operation.dataSet)
    expect(Buffer.compare(received.subarray(0, -1), whole.subarray(-received.length, -1))).toBe(0)
    expect(received.at(-1)).toBe(0)
    await answer(operation, { status: 0 })
    expect((await stored).status).toBe(0)
    await scu.release()
  })

  it('aborts in a file that is cut in a fragment far behind its head', async () => {
    const jpeg = '1.2.840.10008.1.2.4.50'
    const sequence = Buffer.concat([
      Buffer.from('\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff', 'latin1'),
      ...[0, 800_000, 800_000].flatMap((length) => [item(length), Buffer.alloc(length)]),
      Buffer.from('\xfe\xff\xdd\xe0\0\0\0\0', 'latin1'),
    ])
    const path = join(folder.path, 'frames.dcm')
    const meta = encodeFileMeta({
      mediaStorageSopClassUid: ctImageStorage,
      mediaStorageSopInstanceUid: '1.2.3',
      transferSyntaxUid: jpeg,
      implementationClassUid: '1.2.3',
    })
    await writeFile(path, Buffer.concat([meta, sequence]))
    const { scu, peer } = await served({
      instances: [{ sopClassUid: ctImageStorage, transferSyntaxUid: jpeg }],
    })
    const stored = scu.store(path)
    await answer(await nextOperation(peer), { status: 0 })
    expect((await stored).status).toBe(0)
    await truncate(path, 1_500_000)
    await expect(scu.store(path)).rejects.toMatchObject({ code: 'DCM_INSTANCE_CUT' })
    expect(scu.over).toBe(true)
  })

  it('goes on after a source that fails before its first byte, and aborts after it', async () => {
    const { scu, peer } = await served({ instances })
    const broken = new InstanceError('DCM_INSTANCE_CHANGED', 'gone')
    const failing = { read: () => Promise.reject(broken) }
    await expect(scu.store({ ...instance, dataSet: failing })).rejects.toBe(broken)
    expect(scu.over).toBe(false)
    let reads = 0
    const halfway = {
      read: async () => {
        await settled(1)
        if (reads++ > 0) throw broken
        return [new Uint8Array(10)]
      },
    }
    await expect(scu.store({ ...instance, dataSet: halfway })).rejects.toBe(broken)
    const operation = await nextOperation(peer)
    await expect(operation.dataSet?.drain()).resolves.toBeUndefined()
    expect(scu.over).toBe(true)
  })

  it('of a file that cannot be read on half way names it, and aborts', async () => {
    const { scu, peer } = await served({ instances })
    // A folder opens, and fails when it is read.
    const file = await OpenFile.open(folder.path)
    const dataSet = new FileByteSource(file, {
      position: 0,
      end: 20,
      first: new Uint8Array(10),
      head: new FileHead(folder.path, implicit, 20),
      buffers: new BatchBuffers(),
      onRead: undefined,
    })
    await expect(scu.store({ ...instance, dataSet })).rejects.toMatchObject({
      code: 'DCM_INSTANCE_UNREADABLE',
      message: `${folder.path} cannot be read: EISDIR: illegal operation on a directory, read`,
      cause: { code: 'EISDIR' },
    })
    await file.close()
    const operation = await nextOperation(peer)
    await expect(operation.dataSet?.drain()).resolves.toBeUndefined()
    expect(scu.over).toBe(true)
  })

  it('is stopped by its signal in the middle of the data set, which costs the association', async () => {
    const { scu, peer } = await served({ instances })
    const stop = new AbortController()
    const reason = new Error('enough')
    const endless = { read: () => Promise.resolve([new Uint8Array(1_000_000)]) }
    const stored = scu.store({ ...instance, dataSet: endless }, { signal: stop.signal })
    await nextOperation(peer)
    stop.abort(reason)
    await expect(stored).rejects.toBe(reason)
    await expect(scu.echo()).rejects.toMatchObject({ code: 'DCM_ABORTED', cause: reason })
  })

  it('is stopped by its signal while it waits behind another one, which costs neither that nor the association', async () => {
    const { scu, peer } = await served({ instances, maximumOperationsInvoked: 2 })
    const end = Promise.withResolvers<undefined>()
    const batches = [Promise.resolve([new Uint8Array(10)]), end.promise]
    const slow = { read: () => batches.shift() ?? Promise.resolve(undefined) }
    const sending = scu.store({ ...instance, dataSet: slow })
    await settled()
    const stop = new AbortController()
    const reason = new Error('enough')
    const unread = { read: () => expect.unreachable('read') }
    const stored = scu.store({ ...instance, dataSet: unread }, { signal: stop.signal })
    const rejected = expect(stored).rejects.toBe(reason)
    await settled()
    stop.abort(reason)
    await rejected
    end.resolve(undefined)
    const operation = await nextOperation(peer)
    await operation.dataSet?.drain()
    await answer(operation, { status: 0 })
    expect(await sending).toMatchObject({ status: 0 })
    await scu.release()
  })

  it('is stopped by its signal in any of the turns that it takes to begin', async () => {
    const reason = new Error('enough')
    for (let turns = 0; turns < 15; turns++) {
      const { scu } = await served({ instances })
      const stop = new AbortController()
      const dataSet = { read: () => new Promise<undefined>(() => undefined) }
      const stored = scu.store({ ...instance, dataSet }, { signal: stop.signal })
      const rejected = expect(stored).rejects.toBe(reason)
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      stop.abort(reason)
      await rejected
      scu.abort()
    }
  })

  it('answers early are answers', async () => {
    const { scu, peer } = await served({ instances })
    const stored = scu.store({ ...instance, dataSet: [new Uint8Array(10)] })
    await answer(await nextOperation(peer), { status: 0xa700, errorComment: 'full' })
    expect(await stored).toMatchObject({ status: 0xa700, errorComment: 'full' })
    await scu.release()
  })
})

describe('a peer that takes only implicit little endian', () => {
  const onlyImplicit = {
    abstractSyntaxes: [],
    otherAbstractSyntax: () => ({ transferSyntaxes: [implicit] }),
  }
  const names = [
    'CT_small.dcm',
    'MR_small_bigendian.dcm',
    'ExplVR_BigEnd.dcm',
    'image_dfl.dcm',
    'rtplan.dcm',
    'test-SR.dcm',
  ]

  it.each(names)('gets %s re-encoded, and it means the same', async (name) => {
    const path = samples.find((each) => basename(each) === name) ?? ''
    await using file = await openPart10(path)
    const { scu, peer } = await served({ instances: [file] }, onlyImplicit)
    const stored = scu.store(file)
    const operation = await nextOperation(peer)
    expect(operation.context.transferSyntax).toBe(implicit)
    if (!operation.dataSet) throw new Error('no data set')
    const received = decodeDataSet(await bytesOf(operation.dataSet), { transferSyntaxUid: implicit })
    await answer(operation, { status: 0 })
    expect((await stored).status).toBe(0)
    expect(received['00080018']?.Value).toEqual([file.sopInstanceUid])
    await scu.release()
  })

  it('gets a large deflated one, of which few batches are held', async () => {
    const value = Buffer.concat([Buffer.from('091010004f42000000000002', 'hex'), Buffer.alloc(0x2000000)])
    const whole = deflateRawSync(value, { level: 0 })
    const deflated = '1.2.840.10008.1.2.1.99'
    let given = 0
    const read = () => Promise.resolve(given < whole.length ? [take(1_000_000)] : undefined)
    const take = (bytes: number) => whole.subarray(given, (given += bytes))
    const { scu, peer } = await served(
      { instances: [{ sopClassUid: ctImageStorage, transferSyntaxUid: deflated }] },
      onlyImplicit,
    )
    const stored = scu.store({ ...instance, transferSyntaxUid: deflated, dataSet: { read } })
    const operation = await nextOperation(peer)
    expect((await operation.dataSet?.read())?.length).toBeGreaterThan(0)
    await settled(100)
    expect(given).toBeLessThan(10_000_000)
    scu.abort()
    await expect(stored).rejects.toMatchObject({ code: 'DCM_ABORTED' })
  })

  it.each(['JPEG2000.dcm', 'MR_small_RLE.dcm'])('is not sent %s', async (name) => {
    const path = samples.find((each) => basename(each) === name) ?? ''
    await using file = await openPart10(path)
    const { scu } = await served({ instances: [file] }, onlyImplicit)
    await expect(scu.store(path)).rejects.toMatchObject({
      code: 'DCM_TRANSFER_SYNTAX_NOT_ACCEPTED',
      transferSyntaxUid: file.transferSyntaxUid,
      accepted: [implicit],
    })
    await scu.release()
  })

  it('is told about a data set that makes no sense, and keeps its association', async () => {
    const { scu } = await served(
      { instances: [{ sopClassUid: ctImageStorage, transferSyntaxUid: explicit }] },
      onlyImplicit,
    )
    const dataSet = [Buffer.from('this is no data set')]
    const stored = scu.store({ ...instance, transferSyntaxUid: explicit, dataSet })
    await expect(stored).rejects.toMatchObject({ code: 'DCM_INSTANCE_NOT_CONVERTIBLE' })
    expect(scu.over).toBe(false)
    await scu.release()
  })

  it('gets one Uint8Array, too', async () => {
    const { scu, peer } = await served(
      { instances: [{ sopClassUid: ctImageStorage, transferSyntaxUid: explicit }] },
      onlyImplicit,
    )
    const dataSet = Buffer.from('100020004c4f04004b4c4d4e', 'hex')
    const stored = scu.store({ ...instance, transferSyntaxUid: explicit, dataSet })
    const operation = await nextOperation(peer)
    if (!operation.dataSet) throw new Error('no data set')
    const received = Buffer.from(await bytesOf(operation.dataSet))
    expect(received.toString('hex')).toBe('10002000040000004b4c4d4e')
    await answer(operation, { status: 0 })
    expect((await stored).status).toBe(0)
    await scu.release()
  })
})

/** The header of an item of a length. */
function item(length: number): Buffer {
  const header = Buffer.from('\xfe\xff\x00\xe0\0\0\0\0', 'latin1')
  header.writeUInt32LE(length, 4)
  return header
}
