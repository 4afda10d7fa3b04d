import { once } from 'node:events'
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeDataSet, elementOf, readFileMeta, textOf } from '@dcm/dataset'
import { OperationCancelledError } from '@dcm/dimse'
import { createScp, type RetrievableInstance } from '@dcm/scp'
import { tcp } from '@dcm/transport-tcp'
import { describe, expect, it } from 'vitest'
import { dcmtk, Program, storescp, temporaryFolder } from './dcmtk.ts'
import { getService, moveService } from './retrieving.ts'
import { sampleInstances } from './sample-instances.ts'

/** An SCP over TCP that has these instances, and knows one destination, `STORE`. */
async function archive(
  has: readonly RetrievableInstance[] | ((query: { signal: AbortSignal }) => RetrievableInstance[]),
  storePort = 0,
): Promise<{ readonly port: string } & AsyncDisposable> {
  const instances = typeof has === 'function' ? has : () => has
  const scp = createScp({
    aeTitle: 'ARCHIVE',
    transport: tcp(),
    services: [
      getService(instances),
      moveService(instances, (aeTitle) =>
        aeTitle === 'STORE'
          ? { address: { host: '127.0.0.1', port: storePort }, transport: tcp() }
          : undefined,
      ),
    ],
  })
  const address = await scp.listen({ host: '127.0.0.1', port: 0 })
  return {
    port: 'port' in address ? String(address.port) : '',
    [Symbol.asyncDispose]: async () => {
      await scp.close({ drainMs: 0 })
    },
  }
}

const study = ['-S', '-k', 'QueryRetrieveLevel=STUDY', '-k', 'StudyInstanceUID=1.2.3'] as const

function movescu(port: string, ...line: readonly string[]) {
  const names = ['-v', '-d', '-aet', 'MOVESCU', '-aec', 'ARCHIVE', '-aem', 'STORE']
  return dcmtk('movescu', ...names, ...study, ...line, '127.0.0.1', port)
}

/** A number of sub-operations as DCMTK prints it. */
function count(output: string, what: 'Remaining' | 'Completed' | 'Failed'): number {
  return Number(new RegExp(`${what} Suboperations +: (\\d+)`).exec(output)?.[1])
}

/** The bytes behind the file meta of each file, as text that can be sorted. */
async function dataSetsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return Promise.all(
    names.map(async (name) => {
      await using file = await open(join(folder, name))
      const [result, bytes] = await Promise.all([readFileMeta(file), readFile(join(folder, name))])
      if (result.type !== 'file-meta') throw new Error(`${name} has no file meta`)
      return bytes.subarray(result.dataSetOffset).toString('latin1')
    }),
  )
}

async function dataSetsOf(instances: readonly RetrievableInstance[]): Promise<string[]> {
  return Promise.all(
    instances.map(async (instance) => {
      const chunks: Uint8Array[] = []
      const opened = await instance.open(instance.transferSyntaxUid)
      if (!(Symbol.asyncIterator in opened)) throw new Error('no stream')
      for await (const chunk of opened) chunks.push(chunk)
      const whole = Buffer.concat(chunks)
      return (whole.length % 2 === 0 ? whole : Buffer.concat([whole, Buffer.alloc(1)])).toString('latin1')
    }),
  )
}

/** Images with uncompressed pixels, in each way there is. */
const uncompressed = /^(CT_small|MR_small_implicit|MR_small_bigendian|image_dfl)\.dcm$/

/** Which image this is, and its pixels in little endian, whatever it is written in. */
function pixelsOf(dataSet: string, transferSyntaxUid: string): object {
  const json = decodeDataSet(Buffer.from(dataSet, 'latin1'), { transferSyntaxUid })
  const pixels = elementOf(json, 'PixelData')?.InlineBinary
  if (pixels === undefined) throw new Error('no pixels')
  return { patient: textOf(json, 'PatientID'), uid: textOf(json, 'SOPInstanceUID'), pixels }
}

/** Compares what has come in this transfer syntax with what is kept. */
async function expectWrittenIn(
  transferSyntaxUid: string,
  folder: string,
  instances: readonly RetrievableInstance[],
) {
  const kept = await dataSetsOf(instances)
  const came = (await dataSetsIn(folder)).map((dataSet) => pixelsOf(dataSet, transferSyntaxUid))
  expect(came).toHaveLength(new Set(instances.map(({ sopInstanceUid }) => sopInstanceUid)).size)
  const sent = instances.map((instance, index) => pixelsOf(kept[index] ?? '', instance.transferSyntaxUid))
  for (const each of came) expect(sent).toContainEqual(each)
}

describe('movescu', () => {
  it('has every transfer syntax moved to storescp, byte for byte', async () => {
    const instances = await sampleInstances(
      /^(qr_.*|CT_small|JPEG2000|JPEG-LL|MR_small_jp2klossless|MR_small_implicit|MR_small_bigendian|image_dfl)\.dcm$/,
    )
    await using store = await storescp('+B')
    await using scp = await archive(instances, store.port)
    const { code, output } = await movescu(scp.port)
    expect(code, output).toBe(0)
    const distinct = new Set(instances.map(({ sopInstanceUid }) => sopInstanceUid)).size
    expect(output).toContain(`Completed Suboperations       : ${String(instances.length)}`)
    expect(output).toContain('0x0000: Success')
    const moved = await dataSetsIn(store.folder)
    expect(moved).toHaveLength(distinct)
    const sent = new Set(await dataSetsOf(instances))
    for (const dataSet of moved) expect(sent.has(dataSet)).toBe(true)
  })

  it('has what is uncompressed moved to a storescp that takes implicit VRs only', async () => {
    const instances = await sampleInstances(uncompressed)
    await using store = await storescp('+B', '+xi')
    await using scp = await archive(instances, store.port)
    const { code, output } = await movescu(scp.port)
    expect(code, output).toBe(0)
    expect(output).toContain('Completed Suboperations       : 4')
    await expectWrittenIn('1.2.840.10008.1.2', store.folder, instances)
  })

  it('cancels in the middle', async () => {
    const instances = await sampleInstances(/^qr_.*\.dcm$/)
    const fifth = instances[4]
    const signals: AbortSignal[] = []
    await using store = await storescp()
    await using scp = await archive(({ signal }) => {
      signals.push(signal)
      const untilCancelled = async (transferSyntaxUid: string) => {
        if (!signal.aborted) await once(signal, 'abort')
        return fifth?.open(transferSyntaxUid) ?? []
      }
      return instances.map((instance) =>
        instance === fifth ? { ...instance, open: untilCancelled } : instance,
      )
    }, store.port)
    const { output } = await movescu(scp.port, '--cancel', '2')
    expect(signals[0]?.reason).toBeInstanceOf(OperationCancelledError)
    expect(output).toContain('0xfe00')
    const final = output.slice(output.indexOf('Received Final Move Response'))
    expect(count(final, 'Completed')).toBeLessThanOrEqual(5)
    expect(count(final, 'Completed') + count(final, 'Remaining')).toBe(instances.length)
    expect(await readdir(store.folder)).toHaveLength(count(final, 'Completed'))
  })

  it('to an unknown destination is refused', async () => {
    await using scp = await archive(await sampleInstances(/^CT_small\.dcm$/))
    const { output } = await movescu(scp.port, '-aem', 'NOBODY')
    expect(output).toContain('0xa801')
  })

  it.each([
    ['refuses the association', ['--refuse']],
    ['aborts in the middle', ['--abort-during']],
    ['aborts afterwards', ['--abort-after']],
  ])('to a storescp that %s: what failed is listed', async (_, options) => {
    const instances = await sampleInstances(/^qr_.*CT.*\.dcm$/)
    await using store = await storescp(...options)
    await using scp = await archive(instances, store.port)
    const { output } = await movescu(scp.port)
    expect(output).toMatch(/0xa702|0xb000/)
    const final = output.slice(output.indexOf('Received Final Move Response'))
    expect(count(final, 'Completed') + count(final, 'Failed')).toBe(instances.length)
    expect(output).toContain('(0008,0058) UI')
    expect(output).toContain(instances.at(-1)?.sopInstanceUid)
  })

  it('to a storescp that is killed mid way ends too', async () => {
    const instances = await sampleInstances(/^qr_.*\.dcm$/)
    await using store = await storescp()
    const last = instances.at(-1)
    if (!last) throw new Error('no samples')
    const killing = {
      ...last,
      open: (transferSyntaxUid: string) => {
        store.program.child.kill('SIGKILL')
        return last.open(transferSyntaxUid)
      },
    }
    await using scp = await archive([...instances.slice(0, 3), killing, ...instances.slice(3, 6)], store.port)
    const { output } = await movescu(scp.port)
    expect(output).toContain('0xb000')
    expect(output).toMatch(/Completed Suboperations +: 3\n/)
    expect(output).toMatch(/Failed Suboperations +: 4\n/)
  })
})

describe('getscu', () => {
  it('gets what it takes, byte for byte', async () => {
    const instances = await sampleInstances(/^(qr_.*|CT_small)\.dcm$/)
    await using folder = await temporaryFolder()
    await using scp = await archive(instances)
    const { code, output } = await dcmtk(
      'getscu',
      ...['-v', '-d', '-aec', 'ARCHIVE', '+B', '-od', folder.path],
      ...study,
      ...['127.0.0.1', scp.port],
    )
    expect(code, output).toBe(0)
    expect((await dataSetsIn(folder.path)).sort()).toEqual((await dataSetsOf(instances)).sort())
  })

  it('gets what is uncompressed in explicit VR little endian, which it proposes', async () => {
    const instances = await sampleInstances(uncompressed)
    await using folder = await temporaryFolder()
    await using scp = await archive(instances)
    const line = ['-v', '-d', '-aec', 'ARCHIVE', '+B', '-od', folder.path, ...study, '127.0.0.1']
    const { code, output } = await dcmtk('getscu', ...line, scp.port)
    expect(code, output).toBe(0)
    await expectWrittenIn('1.2.840.10008.1.2.1', folder.path, instances)
  })

  it('is told what it did not take', async () => {
    const instances = await sampleInstances(/^(CT_small|JPEG2000)\.dcm$/)
    await using folder = await temporaryFolder()
    await using scp = await archive(instances)
    const { output } = await dcmtk(
      'getscu',
      ...['-v', '-d', '-aec', 'ARCHIVE', '-od', folder.path],
      ...study,
      ...['127.0.0.1', scp.port],
    )
    expect(output).toMatch(/0xb000/i)
    expect(output).toMatch(/Failed Suboperations +: 1\n/)
    expect(await readdir(folder.path)).toHaveLength(1)
  })

  it('that is killed mid way ends its operation, and no other', async () => {
    const instances = await sampleInstances(/^qr_.*CT.*\.dcm$/)
    const reason = Promise.withResolvers<unknown>()
    await using folder = await temporaryFolder()
    const line = ['-aec', 'ARCHIVE', '-od', folder.path, ...study, '127.0.0.1']
    const getscu: { program?: Program } = {}
    await using scp = await archive(({ signal }) =>
      instances.map((instance, index) => ({
        ...instance,
        open: async (transferSyntaxUid) => {
          if (index === 2 && getscu.program?.child.kill('SIGKILL')) {
            if (!signal.aborted) await once(signal, 'abort')
            reason.resolve(signal.reason)
          }
          return instance.open(transferSyntaxUid)
        },
      })),
    )
    getscu.program = new Program('getscu', ...line, scp.port)
    expect(await reason.promise).toMatchObject({ code: 'DCM_CONNECTION_LOST' })
    await getscu.program.ended
    const { code, output } = await dcmtk('getscu', ...line, scp.port)
    expect(code, output).toBe(0)
    expect(await readdir(folder.path)).toHaveLength(instances.length)
  })
})
