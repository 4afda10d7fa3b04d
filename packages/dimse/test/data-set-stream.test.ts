import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DataSetStream, dataSetBatchBytes } from '../src/message/data-set-stream.ts'

function stream() {
  const flow = {
    holds: 0,
    recycled: [] as Uint8Array[],
    hold: () => {
      flow.holds++
    },
    release: () => {
      flow.holds--
    },
    recycle: (runs: readonly Uint8Array[]) => {
      flow.recycled.push(...runs)
    },
  }
  return { flow, dataSet: new DataSetStream(flow) }
}

async function readAll(dataSet: DataSetStream): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of dataSet) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('a data set while it arrives', () => {
  it('waits for a whole batch, or the end', async () => {
    const { dataSet, flow } = stream()
    const first = dataSet.read()
    dataSet.write(new Uint8Array(dataSetBatchBytes - 1))
    dataSet.write(new Uint8Array(1))
    expect((await first)?.map((run) => run.length)).toEqual([dataSetBatchBytes - 1, 1])
    dataSet.write(new Uint8Array(3))
    dataSet.end()
    expect((await dataSet.read())?.map((run) => run.length)).toEqual([3])
    expect(await dataSet.read()).toBeUndefined()
    expect(flow.holds).toBe(0)
  })

  it('holds the flow while a batch waits for its reader', async () => {
    const { dataSet, flow } = stream()
    dataSet.write(new Uint8Array(dataSetBatchBytes))
    expect(flow.holds).toBe(1)
    dataSet.write(new Uint8Array(100))
    expect(flow.holds).toBe(1)
    await dataSet.read()
    expect(flow.holds).toBe(0)
    // And batch after batch.
    dataSet.write(new Uint8Array(dataSetBatchBytes))
    expect(flow.holds).toBe(1)
    await dataSet.read()
    expect(flow.holds).toBe(0)
  })

  it('is unread until its last bytes are, or it is discarded', async () => {
    const { dataSet } = stream()
    expect(dataSet.unread).toBe(true)
    dataSet.write(new Uint8Array(1))
    dataSet.end()
    expect(dataSet.unread).toBe(true)
    await dataSet.read()
    expect(dataSet.unread).toBe(false)
    const other = stream().dataSet
    other.write(new Uint8Array(1))
    other.discard()
    expect(other.unread).toBe(false)
  })

  it('hands on the very bytes, not a copy', async () => {
    const { dataSet } = stream()
    const run = new Uint8Array(10_000)
    dataSet.write(run)
    dataSet.end()
    expect((await dataSet.read())?.[0]).toBe(run)
  })

  it('joins a flood of tiny runs, so that they cost what they weigh', async () => {
    const { dataSet } = stream()
    for (let byte = 0; byte < 100_000; byte++) dataSet.write(Uint8Array.of(byte & 0xff))
    dataSet.end()
    const runs = (await dataSet.read()) ?? []
    expect(runs.length).toBeLessThan(300)
    expect(Buffer.concat(runs)).toEqual(
      Buffer.from(Array.from({ length: 100_000 }, (_, byte) => byte & 0xff)),
    )
  })

  it('keeps the order of short and long runs, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 700 }), async (lengths) => {
        const { dataSet } = stream()
        const sent = lengths.map((length, index) => new Uint8Array(length).fill(index))
        const reading = readAll(dataSet)
        for (const run of sent) dataSet.write(run)
        dataSet.end()
        expect(Buffer.compare(await reading, Buffer.concat(sent))).toBe(0)
      }),
      { numRuns: 30 },
    )
  })

  it('passes on what its reader recycles', async () => {
    const { dataSet, flow } = stream()
    const run = new Uint8Array(10)
    dataSet.write(run)
    dataSet.end()
    const runs = (await dataSet.read()) ?? []
    expect(flow.recycled).toEqual([])
    dataSet.recycle(runs)
    expect(flow.recycled).toEqual([run])
  })

  it('recycles what it copied, and what it drops', () => {
    const { dataSet, flow } = stream()
    const runs = Array.from({ length: 300 }, () => Uint8Array.of(1))
    for (const run of runs) dataSet.write(run)
    expect(flow.recycled.length).toBeGreaterThan(0)
    expect(flow.recycled.every((run, index) => run === runs.at(index - flow.recycled.length))).toBe(true)
    flow.recycled = []
    dataSet.discard()
    const dropped = new Uint8Array(10)
    dataSet.write(dropped)
    expect(flow.recycled).toEqual([dropped])
  })

  it('rejects a waiting read and all later ones when the transfer breaks', async () => {
    const { dataSet, flow } = stream()
    dataSet.write(new Uint8Array(10))
    const reading = dataSet.read()
    dataSet.fail(new Error('cut'))
    await expect(reading).rejects.toThrow('cut')
    await expect(dataSet.read()).rejects.toThrow('cut')
    expect(flow.holds).toBe(0)
    expect(dataSet.complete).toBe(true)
  })

  it('lets go of the flow, and of who drains it, when the transfer breaks', async () => {
    const { dataSet, flow } = stream()
    dataSet.write(new Uint8Array(dataSetBatchBytes))
    expect(flow.holds).toBe(1)
    dataSet.fail(new Error('cut'))
    expect(flow.holds).toBe(0)
    const other = stream().dataSet
    const drained = other.drain()
    other.fail(new Error('cut'))
    await drained
    await expect(other.read()).rejects.toThrow('cut')
    await other.drain()
    await expect(other.read()).rejects.toThrow('cut')
  })

  it('drops what nobody wants, without holding anything up', async () => {
    const { dataSet, flow } = stream()
    dataSet.write(new Uint8Array(dataSetBatchBytes))
    const drained = dataSet.drain()
    expect(flow.holds).toBe(0)
    dataSet.write(new Uint8Array(dataSetBatchBytes))
    expect(flow.holds).toBe(0)
    dataSet.end()
    await drained
    expect(await dataSet.read()).toBeUndefined()
  })

  it('has one reader at a time', async () => {
    const { dataSet } = stream()
    const reading = dataSet.read()
    await expect(dataSet.read()).rejects.toMatchObject({ code: 'DCM_CONCURRENT_READ' })
    dataSet.end()
    expect(await reading).toBeUndefined()
  })
})

it('gives a reader nothing once the data set is discarded', async () => {
  const { dataSet } = stream()
  dataSet.discard()
  expect(await dataSet.read()).toBeUndefined()
})
