import { statuses } from '@dcm/dimse'
import { DataSetTooLongError, queryModels, type ScuAssociation } from '@dcm/scu'
import { settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { bytesOf, dataSet, identifier } from './data-set.ts'
import { answer, explicit, implicit, nextOperation, served, verification } from './served.ts'

const patientName = 0x00100010
const keys = identifier({ [patientName]: '' })
const contexts = [{ abstractSyntax: queryModels.studyRoot.find, transferSyntaxes: [implicit] }]
const all = [...contexts, { abstractSyntax: verification }]
const match = (name: string) => [dataSet({ [patientName]: name })]

async function names(scu: ScuAssociation): Promise<string[]> {
  const found: string[] = []
  for await (const { bytes } of scu.find(queryModels.studyRoot, keys)) {
    found.push(Buffer.from(bytes.subarray(8)).toString('latin1'))
  }
  return found
}

describe('C-FIND', () => {
  it.each([Number.NaN, -1])('takes no limit of %d bytes', async (maximumIdentifierBytes) => {
    const { scu } = await served({ contexts })
    expect(() => scu.find(queryModels.studyRoot, keys, { maximumIdentifierBytes })).toThrow(
      expect.objectContaining({ code: 'DCM_LIMIT_RANGE' }),
    )
    await scu.release()
  })

  it('gives the matches in order, and the last response', async () => {
    const { scu, peer } = await served({ contexts })
    const query = scu.find(queryModels.studyRoot, keys)
    const found: number[] = []
    const all = (async () => {
      for await (const { status, bytes } of query) found.push(status, bytes.length)
    })()
    const operation = await nextOperation(peer)
    expect(operation.command).toMatchObject({ type: 'C-FIND-RQ', priority: 'medium' })
    if (!operation.dataSet) throw new Error('no identifier')
    expect(Buffer.from(await bytesOf(operation.dataSet))).toEqual(keys.bytes)
    await answer(operation, { status: statuses.Pending }, match('Doe^Jane'))
    await answer(operation, { status: statuses.PendingWithWarning }, match('Doe^Jo'))
    await answer(operation, { status: statuses.Success })
    await all
    expect(found).toEqual([0xff00, 16, 0xff01, 14])
    expect(await query.final()).toMatchObject({ type: 'C-FIND-RSP', status: 0 })
    await scu.release()
  })

  it.each([
    ['by keyword', { PatientID: null, PatientName: 'DOE*', StudyDate: '' }],
    [
      'in the DICOM JSON model',
      {
        '00100010': { vr: 'PN' as const, Value: [{ Alphabetic: 'DOE*' }] },
        '00100020': { vr: 'LO' as const },
        '00080020': { vr: 'DA' as const },
      },
    ],
    ['as bytes', identifier({ [patientName]: 'DOE*', 0x00100020: '', 0x00080020: '' })],
  ])('asks for keys %s', async (_how, asked) => {
    const { scu, peer } = await served({ contexts })
    const final = scu.find(queryModels.studyRoot, asked).final()
    const operation = await nextOperation(peer)
    const sent = dataSet({ 0x00080020: '', [patientName]: 'DOE*', 0x00100020: '' })
    expect(operation.dataSet && Buffer.from(await bytesOf(operation.dataSet))).toEqual(sent)
    await answer(operation, { status: statuses.Success })
    expect(await final).toMatchObject({ status: 0 })
    await scu.release()
  })

  it('gives the peer its time for the next match when it is asked for, however long the last one took here', async () => {
    const { scu, peer, clock } = await served({ contexts, responseTimeoutMs: 10_000 })
    const matches = scu.find(queryModels.studyRoot, keys)[Symbol.asyncIterator]()
    const first = matches.next()
    const operation = await nextOperation(peer)
    await answer(operation, { status: statuses.Pending }, match('A'))
    await first
    clock.advance(60_000)
    expect(scu.over).toBe(false)
    const second = matches.next()
    await settled()
    clock.advance(9_999)
    await answer(operation, { status: statuses.Success })
    expect((await second).done).toBe(true)
    await scu.release()
  })

  it('that failed says how to whoever asks for its end, as often as that is', async () => {
    const { scu, peer } = await served({ contexts })
    const query = scu.find(queryModels.studyRoot, keys)
    const first = query[Symbol.asyncIterator]().next()
    await nextOperation(peer)
    peer.abort()
    await expect(first).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    for (let times = 0; times < 2; times++) {
      await expect(query.final()).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    }
  })

  it('sends no keys in a transfer syntax that the peer has not accepted', async () => {
    const { scu } = await served({ contexts })
    const { bytes } = keys
    const asked = scu.find(queryModels.studyRoot, { transferSyntaxUid: explicit, bytes })
    await expect(asked.final()).rejects.toMatchObject({
      code: 'DCM_CONTEXT_NOT_ACCEPTED',
      message: expect.stringContaining(` in ${explicit}: context 1: Implicit VR Little Endian`) as string,
    })
    await scu.release()
  })

  it('tells a failure status by the last response', async () => {
    const { scu, peer } = await served({ contexts })
    const final = scu.find(queryModels.studyRoot, keys).final()
    await answer(await nextOperation(peer), { status: 0xa700, errorComment: 'disk full' })
    expect(await final).toMatchObject({ status: 0xa700, errorComment: 'disk full' })
    await scu.release()
  })

  it('has no end when it is left before it begins', async () => {
    const { scu } = await served({ contexts })
    const query = scu.find(queryModels.studyRoot, keys)
    await query[Symbol.asyncIterator]().return(undefined)
    await expect(query.final()).rejects.toMatchObject({ code: 'DCM_NOT_BEGUN' })
    await scu.release()
  })

  it('left early, cancels and drops what still comes; then the association is as good as new', async () => {
    const { scu, peer } = await served({ contexts })
    const query = scu.find(queryModels.studyRoot, keys)
    const first = (async () => {
      for await (const found of query) return found
      return undefined
    })()
    const operation = await nextOperation(peer)
    const cancelled = new Promise((resolve) => {
      operation.signal.addEventListener('abort', resolve)
    })
    await answer(operation, { status: statuses.Pending }, match('A'))
    await cancelled
    await answer(operation, { status: statuses.Pending }, match('B'))
    await answer(operation, { status: statuses.Cancel })
    expect(await first).toMatchObject({ status: 0xff00 })
    expect(await query.final()).toMatchObject({ status: 0xfe00 })
    const again = names(scu)
    await answer(await nextOperation(peer), { status: statuses.Success })
    expect(await again).toEqual([])
    await scu.release()
  })

  it('of a peer that ignores the cancel ends with the association, after the cancel timer', async () => {
    const { scu, peer, clock } = await served({ contexts, cancelTimeoutMs: 5_000 })
    const query = scu.find(queryModels.studyRoot, keys)
    const first = (async () => {
      for await (const found of query) return found
      return undefined
    })()
    const operation = await nextOperation(peer)
    await answer(operation, { status: statuses.Pending }, match('A'))
    for (let second = 0; second < 5; second++) {
      await settled()
      clock.advance(1_000)
      if (!scu.over) await answer(operation, { status: statuses.Pending }, match('B'))
    }
    await first
    expect(scu.over).toBe(true)
    await expect(query.final()).rejects.toMatchObject({ timer: 'cancel' })
  })

  it('stopped while it waits has the time of the cancel timer, be it longer than that for a response', async () => {
    const { scu, peer, clock } = await served({ contexts, responseTimeoutMs: 1_000, cancelTimeoutMs: 5_000 })
    const stop = new AbortController()
    const final = scu.find(queryModels.studyRoot, keys, { signal: stop.signal }).final()
    const operation = await nextOperation(peer)
    await settled()
    stop.abort(new Error('enough'))
    await expect(final).rejects.toThrow('enough')
    await settled()
    clock.advance(4_999)
    await answer(operation, { status: statuses.Cancel })
    await scu.release()
  })

  it('whose association the peer aborts leaves no timer', async () => {
    const { scu, peer, clock } = await served({ contexts })
    const found = names(scu)
    await nextOperation(peer)
    peer.abort()
    await expect(found).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
    await settled()
    expect(clock.pending).toBe(0)
  })

  it('stopped by its signal rejects at once, and cancels behind the scenes', async () => {
    const { scu, peer } = await served({ contexts })
    const controller = new AbortController()
    const reason = new Error('enough')
    const final = scu.find(queryModels.studyRoot, keys, { signal: controller.signal }).final()
    const operation = await nextOperation(peer)
    await settled()
    controller.abort(reason)
    await expect(final).rejects.toBe(reason)
    await settled()
    expect(operation.signal.aborted).toBe(true)
    const released = scu.release()
    await answer(operation, { status: statuses.Cancel })
    await released
  })

  it('pending for ever ends by its deadline', async () => {
    const { scu, peer, clock } = await served({ contexts })
    const query = scu.find(queryModels.studyRoot, keys, { deadlineMs: 10_000 })
    const outcome = query.final().catch((error: unknown) => error)
    const operation = await nextOperation(peer)
    while (!operation.signal.aborted) {
      await answer(operation, { status: statuses.Pending }, match('A'))
      await settled()
      clock.advance(1_000)
      await settled()
    }
    await answer(operation, { status: statuses.Cancel })
    expect(await outcome).toMatchObject({ code: 'DCM_TIMEOUT', timer: 'deadline', timeoutMs: 10_000 })
    await scu.release()
  })

  it('holds back a peer whose matches nobody takes', async () => {
    const { scu, peer, peerAssociation } = await served({ contexts })
    const iterator = scu.find(queryModels.studyRoot, keys)[Symbol.asyncIterator]()
    const first = iterator.next()
    const operation = await nextOperation(peer)
    let sent = 0
    const sending = (async () => {
      for (; sent < 5_000; sent++) {
        await answer(operation, { status: statuses.Pending }, match('Somebody^With^A^Long^Name'.repeat(20)))
      }
      await answer(operation, { status: statuses.Success })
    })()
    await first
    await settled(200)
    expect(sent).toBeLessThan(1_000)
    expect(peerAssociation.connection.stream.writableNeedDrain).toBe(true)
    let taken = 1
    while ((await iterator.next()).done !== true) taken++
    expect(taken).toBe(5_000)
    await sending
    await scu.release()
  })

  it.each([
    ['waited for', () => undefined, { status: 0 }],
    [
      'given up',
      (stop: AbortController) => {
        stop.abort(new Error('enough'))
      },
      { message: 'enough' },
    ],
  ])(
    'held back by a slow taker rests the timer of an echo that is %s: its answer may lie unread',
    async (_, then, outcome) => {
      const stop = new AbortController()
      const { scu, peer, clock } = await served({ contexts: all, maximumOperationsInvoked: 2 })
      const matches = scu.find(queryModels.studyRoot, keys)[Symbol.asyncIterator]()
      const first = matches.next()
      const found = await nextOperation(peer)
      const echoed = scu.echo({ signal: stop.signal }).catch((error: unknown) => error)
      const echo = await nextOperation(peer)
      for (let sent = 0; sent < 40; sent++) await answer(found, { status: statuses.Pending }, match('A'))
      await answer(echo, { status: statuses.Success })
      await first
      await settled()
      then(stop)
      for (let minute = 0; minute < 59; minute++) clock.advance(60_000)
      expect(scu.over).toBe(false)
      for (let taken = 1; taken < 40; taken++) await matches.next()
      expect(await echoed).toMatchObject(outcome)
      expect(scu.outstandingOperations).toBe(1)
      // Now that we read, the peer's time for the rest has begun.
      const last = matches.next()
      await settled()
      clock.advance(300_000)
      await expect(last).rejects.toMatchObject({ timer: 'dimse-response', timeoutMs: 300_000 })
    },
  )

  it('refuses a match that is too long, and cancels', async () => {
    const { scu, peer } = await served({ contexts })
    const final = scu.find(queryModels.studyRoot, keys, { maximumIdentifierBytes: 100 }).final()
    const operation = await nextOperation(peer)
    const failed = expect(final).rejects.toBeInstanceOf(DataSetTooLongError)
    await answer(operation, { status: statuses.Pending }, match('N'.repeat(200)))
    await settled()
    expect(operation.signal.aborted).toBe(true)
    await answer(operation, { status: statuses.Cancel })
    await failed
    await scu.release()
  })
})
