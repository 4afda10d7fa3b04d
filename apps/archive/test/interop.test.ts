import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ArchiveProcess, startArchive } from './archive-process.ts'
import { dcmtk } from './program.ts'
import { requestor } from './requestor.ts'
import { readSamples, type Sample } from './samples.ts'
import { readStored } from './stored-files.ts'
import { Storescp } from './storescp.ts'

/** How storescu is told to propose a transfer syntax; what has no option is not known to DCMTK 3.6.7. */
const proposals: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2': '-xi',
  '1.2.840.10008.1.2.1': '-xe',
  '1.2.840.10008.1.2.2': '-xb',
  '1.2.840.10008.1.2.1.99': '-xd',
  '1.2.840.10008.1.2.4.50': '-xy',
  '1.2.840.10008.1.2.4.51': '-xx',
  '1.2.840.10008.1.2.4.70': '-xs',
  '1.2.840.10008.1.2.4.80': '-xt',
  '1.2.840.10008.1.2.4.81': '-xu',
  '1.2.840.10008.1.2.4.90': '-xv',
  '1.2.840.10008.1.2.4.91': '-xw',
  '1.2.840.10008.1.2.5': '-xr',
}

/** Odd files that storescu itself refuses before it sends anything. */
const refusedByStorescu = [
  'MR_truncated.dcm',
  'UN_sequence.dcm',
  'chrSQEncoding.dcm',
  'empty_charset_LEI.dcm',
  'meta_missing_tsyntax.dcm',
  'nested_priv_SQ.dcm',
  'no_meta.dcm',
  'no_meta_group_length.dcm',
  'priv_SQ.dcm',
]

let samples: Sample[] = []
let archive: ArchiveProcess

beforeAll(async () => {
  samples = await readSamples()
  archive = await startArchive()
})

afterAll(async () => {
  await archive[Symbol.asyncDispose]()
})

describe('DCMTK as the requestor', () => {
  it('verifies (echoscu)', async () => {
    const { code, output } = await dcmtk(
      'echoscu',
      '-v',
      '-aec',
      'ARCHIVE',
      '127.0.0.1',
      String(archive.port),
    )
    expect(output).toContain('Received Echo Response (Success)')
    expect(code).toBe(0)
  })

  it('sends every sample in its own transfer syntax (storescu), kept as a bit-preserving storescp keeps it', async () => {
    await using own = await startArchive()
    await using storescp = await Storescp.start()
    const refused: string[] = []
    for (const sample of samples) {
      const proposal = proposals[sample.transferSyntaxUid]
      if (!proposal) continue
      const send = (to: number) =>
        dcmtk('storescu', '-v', '-R', proposal, '127.0.0.1', String(to), sample.path)
      const { code, output } = await send(own.port)
      await send(storescp.port)
      if (output.includes('missing SOP class (or instance) in file')) refused.push(sample.name)
      else
        expect({ code, output }).toEqual({
          code: 0,
          output: expect.stringContaining('(Success)') as string,
        })
    }
    expect(refused).toEqual(refusedByStorescu)
    const kept = await readStored(own.store)
    const reference = await readStored(storescp.folder, '')
    // storescp does not keep color palettes.
    const palette = samples.find((sample) => sample.name === 'palette_hotiron.dcm')
    for (const [uid, file] of kept) {
      const other = reference.get(uid)
      if (!other && file.meta.mediaStorageSopClassUid === palette?.sopClassUid) continue
      expect(Buffer.compare(file.dataSet, other?.dataSet ?? new Uint8Array(0)), file.path).toBe(0)
      expect(file.meta.transferSyntaxUid).toBe(other?.meta.transferSyntaxUid)
      const dump = await dcmtk('dcmdump', '-q', file.path)
      expect(dump.code, dump.output).toBe(0)
    }
  })

  it('serves eight storescu at once', async () => {
    await using own = await startArchive()
    const eight = samples.filter((sample) => sample.name.startsWith('qr_')).slice(0, 24)
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        dcmtk(
          'storescu',
          '127.0.0.1',
          String(own.port),
          ...eight.slice(3 * index, 3 * index + 3).map((sample) => sample.path),
        ),
      ),
    )
    expect(outcomes.map((outcome) => outcome.code)).toEqual(Array(8).fill(0))
    expect((await readStored(own.store)).size).toBe(24)
  })

  it('is told that the called AE title is wrong, when that is checked', async () => {
    const echo = (port: number) => dcmtk('echoscu', '-v', '-aec', 'OTHER', '127.0.0.1', String(port))
    expect((await echo(archive.port)).code).toBe(0)
    await using strict = await startArchive('--check-called-aet')
    const { code, output } = await echo(strict.port)
    expect(output).toContain('Called AE Title Not Recognized')
    expect(code).not.toBe(0)
  })
})

describe('byte for byte', () => {
  it('keeps the data set of every sample, whatever its transfer syntax', async () => {
    await using own = await startArchive()
    for (const sample of samples) {
      const sender = await requestor(own.port, [
        { abstractSyntax: sample.sopClassUid, transferSyntax: sample.transferSyntaxUid },
      ])
      const response = await sender.store(sample.sopClassUid, sample.sopInstanceUid, [sample.dataSet])
      expect(response.status, sample.name).toBe(0)
      await sender.release()
    }
    const kept = await readStored(own.store)
    for (const sample of samples) {
      const file = kept.get(sample.sopInstanceUid)
      expect(Buffer.compare(file?.dataSet ?? new Uint8Array(0), sample.dataSet), sample.name).toBe(0)
      expect(file?.meta).toMatchObject({
        mediaStorageSopClassUid: sample.sopClassUid,
        transferSyntaxUid: sample.transferSyntaxUid,
        sourceApplicationEntityTitle: 'TESTER',
      })
    }
    expect(kept.size).toBe(samples.length)
  })

  it('takes private SOP classes only when told to', async () => {
    const wanted = [{ abstractSyntax: '1.2.3.4.5.6', transferSyntax: '1.2.840.10008.1.2' }]
    const refused = await requestor(archive.port, wanted)
    expect(refused.association.facts.answer.presentationContexts.map((context) => context.result)).toEqual([
      0, 3,
    ])
    await refused.release()
    await using open = await startArchive('--accept-unknown-sop-classes')
    const sender = await requestor(open.port, wanted)
    const dataSet = [Buffer.from('08001800040000003100322e', 'hex')]
    expect((await sender.store('1.2.3.4.5.6', '2.25.7', dataSet)).status).toBe(0)
    await sender.release()
    expect([...(await readStored(open.store)).keys()]).toEqual(['2.25.7'])
  })
})

describe('the process', () => {
  it('finishes a transfer that runs when SIGTERM comes, and exits with 0', async () => {
    await using own = await startArchive()
    const sender = await requestor(own.port, [
      { abstractSyntax: '1.2.840.10008.5.1.4.1.1.2', transferSyntax: '1.2.840.10008.1.2.1' },
    ])
    const context = sender.association.facts.contexts.get(3)
    if (!context) throw new Error('not accepted')
    const parts = Array.from({ length: 40 }, (_, index) => new Uint8Array(65_536).fill(index))
    let sent = 0
    const source = {
      read: async () => {
        if (sent === 20) {
          own.terminate()
          await refused(own.port)
        }
        const part = parts[sent++]
        return part && [part]
      },
    }
    const invocation = await sender.channel.invoke(
      context,
      {
        type: 'C-STORE-RQ',
        affectedSopClassUid: context.abstractSyntax,
        affectedSopInstanceUid: '2.25.99',
        priority: 'medium',
      },
      source,
    )
    expect((await invocation.next())?.command.status).toBe(0)
    await sender.release()
    expect(await own.stop()).toBe(0)
    const kept = await readStored(own.store)
    expect(Buffer.compare(kept.get('2.25.99')?.dataSet ?? new Uint8Array(0), Buffer.concat(parts))).toBe(0)
  })

  it('exits with 0 on SIGTERM when nothing runs', async () => {
    await using own = await startArchive()
    expect(await own.stop()).toBe(0)
  })

  it('says that there are too many associations', async () => {
    await using own = await startArchive('--max-associations', '1')
    const first = await requestor(own.port)
    await expect(requestor(own.port)).rejects.toMatchObject({
      code: 'DCM_REJECTED',
      result: 2,
      source: 3,
      reason: 2,
    })
    await first.release()
  })

  it('has no patient names in its log', async () => {
    await using own = await startArchive()
    const names = samples.filter(
      (sample) => sample.name.startsWith('chrGerm') || sample.name.startsWith('CT_small'),
    )
    for (const sample of names) {
      await dcmtk('storescu', '127.0.0.1', String(own.port), sample.path)
    }
    await own.stop()
    expect(own.log()).toContain('association accepted')
    expect(own.log()).not.toMatch(/Buc|CompressedSamples|patient/i)
  })
})

/** Resolves when nobody listens any more. */
async function refused(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const { output } = await dcmtk('echoscu', '127.0.0.1', String(port))
    if (/refused/i.test(output)) return
  }
  throw new Error(`somebody still listens on ${String(port)}`)
}

describe('the command line', () => {
  const main = new URL('../dist/main.js', import.meta.url).pathname
  it('helps', async () => {
    const { code, output } = await dcmtk(process.execPath, main, '--help')
    expect(code).toBe(0)
    expect(output).toContain('--max-associations N')
  })

  it('helps a reader that has read enough', async () => {
    const child = spawn(process.execPath, [main, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    const [errors] = await Promise.all([text(child.stderr), once(child, 'close')])
    expect({ code: child.exitCode, errors }).toEqual({ code: 0, errors: '' })
  })

  it('says that Node.js is too old', async () => {
    const old = 'Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})'
    const pretend = `--import=data:text/javascript,${encodeURIComponent(old)}`
    const { code, output } = await dcmtk(process.execPath, pretend, main, '--help')
    expect(output).toBe('dcm-archive: Node.js 20.20.2 is too old; take 22.13 or a newer one\n')
    expect(code).toBe(2)
  })

  it.each([
    [['--port', 'nonsense'], 2, '--port nonsense is not a whole number'],
    [['--aet', 'SEVENTEEN LETTERS'], 2, 'AE title'],
    [['--store', '/dev/null/x'], 1, ''],
  ])('says what is wrong with %j', async (args, status, message) => {
    const { code, output } = await dcmtk(process.execPath, main, ...args)
    expect(output).toContain(message)
    expect(code).toBe(status)
  })
})
