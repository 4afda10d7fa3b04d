import { execFile } from 'node:child_process'
import { appendFile, open, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { storageSopClasses } from '@dcm/dimse'
import { InstanceError, type SendEvent, sendFiles, type SendOutcome, type SendResult } from '@dcm/scu'
import { settled } from '@dcm/testkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Archive } from './archive.ts'
import { Part10Folder } from './part10-folder.ts'
import { answer, ctImageStorage, explicit, implicit } from './served.ts'

let folder: Part10Folder
beforeEach(async () => {
  folder = await Part10Folder.create()
})
afterEach(() => folder[Symbol.asyncDispose]())

/** Results as they come. */
function collect() {
  const events: SendEvent[] = []
  const results: SendResult[] = []
  const onEvent = (event: SendEvent): void => {
    events.push(event)
    if (event.type === 'result') results.push(event.result)
  }
  const outcomes = (): SendOutcome[] => results.map(({ outcome }) => outcome)
  return { events, results, onEvent, outcomes }
}

/** Moves the clock whenever everything waits for it. */
async function timePasses<T>(archive: Archive, work: Promise<T>, ms = 1_000): Promise<T> {
  const state = { done: false }
  const finished = work.finally(() => {
    state.done = true
  })
  finished.catch(() => undefined)
  while (!state.done) {
    await settled(30)
    if (archive.clock.remainingMs.some((left) => left <= 60_000)) archive.clock.advance(ms)
  }
  return finished
}

describe('sending a folder', () => {
  it('gives each file its result, in one association', async () => {
    const archive = await new Archive().listen()
    await folder.add('1.dcm', { sopInstanceUid: '1.1', filler: 2_000_000 })
    await folder.add('2.dcm', { sopInstanceUid: '1.2' })
    await writeFile(join(folder.path, '3.txt'), 'no DICOM')
    await symlink(folder.path, join(folder.path, 'circle'))
    const { events, results, onEvent } = collect()
    const summary = await sendFiles([folder.path], { ...archive.target, onEvent })
    expect([...archive.stored].sort()).toEqual(['1.1', '1.2'])
    expect(summary).toMatchObject({ files: 3, stored: 2, storedBytes: expect.any(Number) as number })
    expect(summary.rows).toMatchObject([
      { sopClassUid: undefined, outcome: 'not-dicom', files: 1 },
      { sopClassUid: ctImageStorage, outcome: 'stored', files: 2, bytes: summary.storedBytes },
    ])
    expect(results.find(({ outcome }) => outcome === 'stored')).toMatchObject({ status: 0, attempts: 1 })
    const sent = events.reduce((sum, event) => sum + (event.type === 'bytes' ? event.bytes : 0), 0)
    expect(sent).toBe(summary.storedBytes)
    expect(events).toContainEqual({ type: 'planned', files: 2, bytes: sent, associations: 1 })
    expect(archive.proposals).toHaveLength(1)
  })

  it('passes over a DICOMDIR, and does not propose it', async () => {
    const archive = await new Archive().listen()
    await folder.add('DICOMDIR', { sopClassUid: '1.2.840.10008.1.3.10' })
    await folder.add('1.dcm', { sopInstanceUid: '1.1' })
    const summary = await sendFiles([folder.path], archive.target)
    expect(summary.rows).toMatchObject([
      { sopClassUid: undefined, outcome: 'not-dicom', files: 1 },
      { outcome: 'stored', files: 1 },
    ])
    expect(archive.proposals).toEqual([[ctImageStorage]])
  })

  it('plans the contexts over all files, and splits more than 128', async () => {
    const archive = await new Archive().listen()
    const classes = storageSopClasses.slice(0, 70)
    for (const [index, sopClassUid] of classes.entries()) {
      const transferSyntaxUid = explicit
      await folder.add(`${String(index)}.dcm`, {
        sopClassUid,
        transferSyntaxUid,
        sopInstanceUid: `1.${String(index)}`,
      })
    }
    const summary = await sendFiles([folder.path], archive.target)
    expect(summary.stored).toBe(70)
    expect(archive.proposals.map((proposed) => proposed.length)).toEqual([128, 12])
  })

  it.each([
    { maximumAssociations: 0 },
    { maximumAssociations: Number.NaN },
    { retry: { attempts: 0 } },
    { retry: { firstDelayMs: Number.NaN } },
    { retry: { firstDelayMs: -1 } },
    { retry: { maximumDelayMs: Number.NaN } },
    { retry: { maximumDelayMs: 2 ** 31 } },
  ])('sends nothing with a limit or delay that cannot be: %j', async (options) => {
    const archive = await new Archive().listen()
    await folder.add('1.dcm')
    await expect(sendFiles([folder.path], { ...archive.target, ...options })).rejects.toMatchObject({
      code: 'DCM_LIMIT_RANGE',
    })
  })

  it.each([null, false, new AbortController()])(
    'sends nothing when the signal is none: %s',
    async (signal) => {
      const archive = await new Archive().listen()
      const options = { ...archive.target, signal: signal as unknown as AbortSignal }
      await expect(sendFiles([await folder.add('1.dcm')], options)).rejects.toMatchObject({
        code: 'DCM_OPTION',
      })
      expect(archive.proposals).toEqual([])
    },
  )

  it('sends on what is received with leading zeros in its UIDs', async () => {
    const archive = await new Archive().listen()
    await folder.add('1.dcm', { sopClassUid: '1.2.840.10008.5.1.4.1.1.02', sopInstanceUid: '1.1' })
    await folder.add('2.dcm', { sopInstanceUid: '1.02' })
    const summary = await sendFiles([folder.path], archive.target)
    expect(summary.stored).toBe(2)
    expect([...archive.stored].sort()).toEqual(['1.02', '1.1'])
  })

  it('keeps as many associations busy as it may', async () => {
    const archive = await new Archive().listen()
    for (let index = 0; index < 12; index++) await folder.add(`${String(index)}.dcm`)
    const summary = await sendFiles([folder.path], { ...archive.target, maximumAssociations: 3 })
    expect(summary.stored).toBe(12)
    expect(archive.mostOpen).toBe(3)
    expect(new Set(archive.stored).size).toBe(12)
  })

  it('takes one path as it is, and not letter by letter', async () => {
    const archive = await new Archive().listen()
    await folder.add('ct.dcm', { sopInstanceUid: '1.1' })
    const summary = await sendFiles(folder.path, archive.target)
    expect(summary.files).toBe(1)
    expect(archive.stored).toEqual(['1.1'])
  })

  it('sends several on one association when the peer grants a window', async () => {
    const archive = await new Archive().listen()
    for (let index = 0; index < 9; index++) await folder.add(`${String(index)}.dcm`)
    const summary = await sendFiles([folder.path], { ...archive.target, maximumOperationsInvoked: 4 })
    expect(summary.stored).toBe(9)
    expect(archive.proposals).toHaveLength(1)
  })

  it('tells what the peer does not take, and goes on', async () => {
    const archive = await new Archive({
      abstractSyntaxes: [{ abstractSyntax: ctImageStorage, transferSyntaxes: [implicit] }],
    }).listen()
    await folder.add('mr.dcm', { sopClassUid: '1.2.840.10008.5.1.4.1.1.4' })
    await folder.add('jpeg.dcm', { transferSyntaxUid: '1.2.840.10008.1.2.4.70' })
    await folder.add('ct.dcm', { sopInstanceUid: '1.1' })
    const { results, onEvent } = collect()
    await sendFiles([folder.path], { ...archive.target, onEvent })
    expect(archive.stored).toEqual(['1.1'])
    const refused = results
      .filter(({ outcome }) => outcome === 'not-accepted')
      // Several files are read at once, and end in any order.
      .sort((one, other) => one.path.localeCompare(other.path))
    expect(refused.map(({ path, error }) => [basename(path), (error as { code?: string }).code])).toEqual([
      ['jpeg.dcm', 'DCM_TRANSFER_SYNTAX_NOT_ACCEPTED'],
      ['mr.dcm', 'DCM_CONTEXT_NOT_ACCEPTED'],
    ])
    expect(refused[0]?.error).toMatchObject({ accepted: [implicit] })
  })

  it('lets a hook transcode what the peer does not take', async () => {
    const archive = await new Archive({
      abstractSyntaxes: [{ abstractSyntax: ctImageStorage, transferSyntaxes: [implicit] }],
    }).listen()
    await folder.add('jpeg.dcm', { transferSyntaxUid: '1.2.840.10008.1.2.4.70', sopInstanceUid: '1.1' })
    const summary = await sendFiles([folder.path], {
      ...archive.target,
      transcode: (_instance, accepted) => {
        expect(accepted).toEqual([implicit])
        return { transferSyntaxUid: implicit, dataSet: [new Uint8Array(8)] }
      },
    })
    expect(summary.stored).toBe(1)
  })

  it('does not try again what the peer refuses', async () => {
    const archive = await new Archive().listen()
    archive.behaviour = (operation) => answer(operation, { status: 0xc001, errorComment: 'cannot read that' })
    await folder.add('1.dcm')
    const { results, onEvent } = collect()
    const summary = await sendFiles([folder.path], { ...archive.target, onEvent })
    expect(summary).toMatchObject({ files: 1, stored: 0, storedBytes: 0 })
    expect(results).toMatchObject([
      { outcome: 'refused', status: 0xc001, errorComment: 'cannot read that', attempts: 1 },
    ])
  })
})

describe('what cannot be done', () => {
  it('is a file that is cut, which costs the others nothing', async () => {
    const archive = await new Archive().listen()
    await truncate(await folder.add('1.dcm', { filler: 10_000 }), 5_000)
    await folder.add('2.dcm', { sopInstanceUid: '1.2' })
    const { results, onEvent } = collect()
    await sendFiles([folder.path], { ...archive.target, onEvent })
    expect(results).toMatchObject([
      { outcome: 'unreadable', error: { code: 'DCM_INSTANCE_CUT' }, attempts: 0 },
      { outcome: 'stored', attempts: 1 },
    ])
    expect([...archive.stored]).toEqual(['1.2'])
  })

  it('is a file that breaks while it is sent, which costs those on its association no attempt', async () => {
    const archive = await new Archive({
      abstractSyntaxes: [{ abstractSyntax: ctImageStorage, transferSyntaxes: [implicit] }],
      asynchronousOperationsWindow: { invoked: 0, performed: 0 },
    }).listen()
    const begun = Promise.withResolvers<undefined>()
    archive.behaviour = (operation) => {
      archive.behaviour = () => undefined
      operation.end()
      begun.resolve(undefined)
    }
    await folder.add('1.dcm', { sopInstanceUid: '1.1' })
    await folder.add('2.dcm', { sopInstanceUid: '1.2', transferSyntaxUid: '1.2.840.10008.1.2.4.70' })
    let reads = 0
    const read = async () => {
      // What was read before leaves.
      await settled(1)
      if (reads++ > 0) throw new InstanceError('DCM_INSTANCE_CHANGED', 'gone')
      return [new Uint8Array(8)]
    }
    const { events, results, onEvent } = collect()
    await sendFiles([folder.path], {
      ...archive.target,
      onEvent,
      maximumOperationsInvoked: 2,
      transcode: async () => {
        await begun.promise
        return { transferSyntaxUid: implicit, dataSet: { read } }
      },
    })
    expect(results).toMatchObject([
      { sopInstanceUid: '1.2', outcome: 'unreadable', attempts: 1 },
      { sopInstanceUid: '1.1', outcome: 'stored', attempts: 1 },
    ])
    expect(events.filter(({ type }) => type === 'retry')).toEqual([])
    expect(archive.proposals).toHaveLength(2)
  })

  it('is told before anything is sent', async () => {
    const archive = await new Archive().listen()
    const file = await folder.add('1.dcm')
    const nowhere = join(folder.path, 'nothing')
    await expect(sendFiles([file, nowhere], archive.target)).rejects.toMatchObject({
      code: 'DCM_INSTANCE_UNREADABLE',
    })
    const journal = join(nowhere, 'journal')
    await expect(sendFiles([file], { ...archive.target, journal })).rejects.toMatchObject({ code: 'ENOENT' })
    const calledAeTitle = 'LONGER THAN SIXTEEN'
    await expect(sendFiles([file], { ...archive.target, calledAeTitle })).rejects.toMatchObject({
      name: 'UsageError',
    })
    expect(archive.proposals).toEqual([])
  })
})

describe('trying again', () => {
  it('waits longer each time for a peer that is busy, but never as long as others', async () => {
    const archive = await new Archive().listen()
    await folder.add('1.dcm', { sopInstanceUid: '1.1' })
    const { events, onEvent } = collect()
    const parts = [1, 0.25, 0]
    const retry = { maximumDelayMs: 5_000, random: () => parts.shift() ?? 1 }
    archive.busy = 4
    const summary = await timePasses(archive, sendFiles([folder.path], { ...archive.target, onEvent, retry }))
    expect(summary.stored).toBe(1)
    const retries = events.filter((event) => event.type === 'retry')
    expect(retries.map(({ delayMs }) => delayMs)).toEqual([2_000, 1_000, 0, 5_000])
    expect(retries[0]?.error).toMatchObject({ code: 'DCM_REJECTED', result: 2 })
  })

  it('gives up after so many attempts', async () => {
    const archive = await new Archive().listen()
    archive.busy = 100
    await folder.add('1.dcm')
    await folder.add('2.dcm')
    const { results, onEvent, outcomes } = collect()
    const retry = { attempts: 2 }
    const summary = await timePasses(archive, sendFiles([folder.path], { ...archive.target, onEvent, retry }))
    expect(outcomes()).toEqual(['failed', 'failed'])
    expect(results[0]?.error).toMatchObject({ code: 'DCM_REJECTED' })
    expect(summary.stored).toBe(0)
  })

  it('goes on as long as each association gets something done', async () => {
    const archive = await new Archive().listen()
    const answered = new Set<unknown>()
    let aborted = 0
    archive.behaviour = (_operation, channel) => {
      if (answered.has(channel) && aborted < 3) {
        aborted++
        channel.abort()
      } else answered.add(channel)
    }
    for (let index = 0; index < 12; index++) await folder.add(`${String(index)}.dcm`)
    const { onEvent, outcomes } = collect()
    const retry = { attempts: 3 }
    await timePasses(archive, sendFiles([folder.path], { ...archive.target, onEvent, retry }))
    expect(outcomes()).toEqual(Array.from({ length: 12 }, () => 'stored'))
    expect(archive.proposals).toHaveLength(4)
  })

  it('does not where the peer refuses the association for good', async () => {
    const archive = await new Archive().listen()
    archive.knowsNobody = true
    await folder.add('1.dcm')
    await folder.add('2.dcm')
    const { events, results, onEvent, outcomes } = collect()
    await timePasses(archive, sendFiles([folder.path], { ...archive.target, onEvent }))
    expect(outcomes()).toEqual(['failed', 'failed'])
    expect(results).toMatchObject([1, 2].map(() => ({ attempts: 0, error: { result: 1, reason: 3 } })))
    expect(events.filter(({ type }) => type === 'retry')).toEqual([])
  })

  it('sends what a lost association had not answered', async () => {
    const archive = await new Archive().listen()
    let seen = 0
    archive.behaviour = (_operation, channel) => {
      if (++seen === 2) channel.abort()
    }
    for (const name of ['1', '2', '3', '4']) await folder.add(`${name}.dcm`, { sopInstanceUid: `1.${name}` })
    const { onEvent, outcomes } = collect()
    await timePasses(archive, sendFiles([folder.path], { ...archive.target, onEvent }))
    expect(outcomes()).toEqual(['stored', 'stored', 'stored', 'stored'])
    expect([...archive.stored].sort()).toEqual(['1.1', '1.2', '1.3', '1.4'])
    expect(archive.proposals).toHaveLength(2)
  })

  it('counts no attempt of what waited for its turn when the association was lost', async () => {
    const archive = await new Archive().listen()
    archive.behaviour = async (operation, channel) => {
      await answer(operation, { status: 0 })
      channel.abort()
    }
    for (let index = 0; index < 12; index++) await folder.add(`${String(index)}.dcm`)
    const { results, onEvent } = collect()
    await timePasses(
      archive,
      sendFiles([folder.path], { ...archive.target, onEvent, retry: { attempts: 2 } }),
    )
    expect(results.map(({ outcome, attempts }) => [outcome, attempts])).toEqual(
      Array.from({ length: 12 }, () => ['stored', 1]),
    )
  })

  it('leaves an association whose peer owes an answer longer than one may take', async () => {
    const archive = await new Archive().listen()
    const ended: string[] = []
    archive.behaviour = async (_operation, { association }) => {
      archive.behaviour = () => undefined
      ended.push((await association.ended).kind)
    }
    for (const name of ['1', '2']) await folder.add(`${name}.dcm`, { sopInstanceUid: `1.${name}` })
    const { results, onEvent } = collect()
    const sending = sendFiles([folder.path], { ...archive.target, onEvent, deadlineMs: 5_000 })
    await timePasses(archive, sending)
    const again = results.find(({ sopInstanceUid }) => sopInstanceUid === '1.1')
    expect(again).toMatchObject({ outcome: 'stored', attempts: 2 })
    expect([...archive.stored].sort()).toEqual(['1.1', '1.2'])
    expect(archive.proposals).toHaveLength(2)
    expect(ended).toEqual(['aborted'])
  })

  it('comes back to a peer that was out of resources', async () => {
    const archive = await new Archive().listen()
    let full = 1
    archive.behaviour = (operation) => (full-- > 0 ? answer(operation, { status: 0xa700 }) : undefined)
    await folder.add('1.dcm')
    const { results, onEvent } = collect()
    await timePasses(archive, sendFiles([folder.path], { ...archive.target, onEvent }))
    expect(results).toMatchObject([{ outcome: 'stored', attempts: 2 }])
  })

  it('stops when told to, and says what was not sent', async () => {
    const archive = await new Archive().listen()
    const stop = new AbortController()
    archive.behaviour = () => {
      stop.abort(new Error('enough'))
    }
    for (let index = 0; index < 5; index++) await folder.add(`${String(index)}.dcm`)
    const { onEvent, outcomes } = collect()
    const summary = await sendFiles([folder.path], { ...archive.target, onEvent, signal: stop.signal })
    expect(outcomes()).toEqual(Array.from({ length: 5 }, () => 'stopped'))
    expect(summary).toMatchObject({ files: 5, stored: 0 })
  })

  it('ends with what the listener to its progress throws', async () => {
    const archive = await new Archive().listen()
    await folder.add('1.dcm')
    const onEvent = (event: SendEvent): void => {
      if (event.type === 'associated') throw new Error('a bug of the caller')
    }
    await expect(sendFiles([folder.path], { ...archive.target, onEvent })).rejects.toThrow(
      'a bug of the caller',
    )
  })
})

it('does not wait for a pipe that nobody writes to', async () => {
  const archive = await new Archive().listen()
  const pipe = join(folder.path, 'pipe')
  await promisify(execFile)('mkfifo', [pipe])
  const { results, onEvent } = collect()
  await sendFiles([pipe, await folder.add('1.dcm')], { ...archive.target, onEvent })
  expect(results).toMatchObject([
    {
      path: pipe,
      outcome: 'unreadable',
      error: { message: `${pipe} cannot be read: it is no regular file` },
    },
    { outcome: 'stored' },
  ])
})

describe('the journal', () => {
  it('keeps a broken run from sending anything twice', async () => {
    const archive = await new Archive().listen()
    const named: string[] = []
    for (const name of ['1', '2', '3'])
      named.push(await folder.add(`${name}.dcm`, { sopInstanceUid: `1.${name}` }))
    const stop = new AbortController()
    archive.behaviour = (_operation, channel) => {
      if (archive.stored.length < 2) return
      stop.abort()
      channel.abort()
    }
    const journal = join(folder.path, '.journal')
    await sendFiles(named, { ...archive.target, journal, signal: stop.signal })
    archive.behaviour = () => undefined
    // As a crash in the middle of a line leaves it.
    await appendFile(journal, '{"calledAeTitle":"ARCH')
    const { onEvent, outcomes } = collect()
    await sendFiles(named, { ...archive.target, journal, onEvent })
    expect(outcomes().sort()).toEqual(['stored', 'stored-before', 'stored-before'])
    expect([...archive.stored].sort()).toEqual(['1.1', '1.2', '1.3'])
    const lines = (await readFile(journal, 'utf8')).split('\n').filter(Boolean)
    expect(lines.filter((line) => line.includes('"stored"'))).toHaveLength(3)
    // The first line behind the cut one is read, too.
    const summary = await sendFiles(named, { ...archive.target, journal })
    expect(summary.rows).toMatchObject([{ outcome: 'stored-before', files: 3 }])
  })

  it('is on disk when the run ends, which fails where it cannot be written', async () => {
    const archive = await new Archive().listen()
    const journal = join(folder.path, '.journal')
    const handle = await open(journal, 'a')
    await handle.close()
    const kind = Object.getPrototypeOf(handle) as typeof handle
    const sync = vi.spyOn(kind, 'sync')
    const append = vi.spyOn(kind, 'appendFile')
    try {
      await sendFiles([await folder.add('1.dcm')], { ...archive.target, journal })
      expect(append).toHaveBeenCalledOnce()
      expect(sync).toHaveBeenCalledOnce()
      const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
      append.mockRejectedValueOnce(full)
      const failed = sendFiles([await folder.add('2.dcm')], { ...archive.target, journal })
      await expect(failed).rejects.toMatchObject({ code: 'ENOSPC', path: journal })
    } finally {
      sync.mockRestore()
      append.mockRestore()
    }
  })

  it('is not written into a file that is something else', async () => {
    const archive = await new Archive().listen()
    const image = await folder.add('1.dcm')
    const before = await readFile(image)
    const options = { ...archive.target, journal: image }
    await expect(sendFiles([image], options)).rejects.toMatchObject({
      name: 'UsageError',
      code: 'DCM_NO_JOURNAL',
    })
    expect(await readFile(image)).toEqual(before)
    expect(archive.stored).toEqual([])
  })

  it('is read where a crash has left half of its first line', async () => {
    const archive = await new Archive().listen()
    const journal = join(folder.path, '.journal')
    await writeFile(journal, '{"calledAe')
    await sendFiles([await folder.add('1.dcm')], { ...archive.target, journal })
    expect(archive.stored).toHaveLength(1)
  })

  it('is of one AE: another gets everything', async () => {
    const archive = await new Archive().listen()
    const journal = join(folder.path, '.journal')
    const file = await folder.add('1.dcm')
    await sendFiles([file], { ...archive.target, journal })
    await sendFiles([file], { ...archive.target, journal, calledAeTitle: 'OTHER' })
    expect(archive.stored).toHaveLength(2)
  })
})
