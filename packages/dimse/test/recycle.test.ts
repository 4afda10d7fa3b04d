import { type CommandOf, responseTo } from '@dcm/dimse'
import { describe, expect, it } from 'vitest'
import { channels, contextOf, ctImageStorage } from './associated-channels.ts'
import { store } from './requests.ts'

/** An acceptor that was sent a C-STORE with this data set in fragments of so many bytes, and what its connection counted. */
async function received(dataSet: Uint8Array, maximumLengthBytes: number) {
  const counts = { arrived: 0, recycled: 0 }
  const memories = new Set<ArrayBufferLike>()
  const recycle = (memory: ArrayBufferLike, bytes: number): void => {
    if (memories.has(memory)) counts.recycled += bytes
  }
  const { requestor, acceptor } = await channels({ maximumLengthBytes, recycle })
  acceptor.association.connection.stream.prependListener('data', (chunk: Buffer) => {
    counts.arrived += chunk.length
    memories.add(chunk.buffer)
  })
  const invoking = requestor.invoke(contextOf(requestor, ctImageStorage), store, [dataSet])
  const operation = await acceptor.next()
  const finish = async (): Promise<void> => {
    await operation?.respond(responseTo(operation.command as CommandOf<'C-STORE-RQ'>, { status: 0 }))
    await (await invoking).next()
    requestor.abort()
  }
  return { counts, stream: operation?.dataSet, finish }
}

describe.each([
  ['a command of one fragment', 16_384],
  ['a command of many fragments', 24],
])('the memory of what arrived with %s', (_, maximumLengthBytes) => {
  const dataSet = Buffer.alloc(50_000, 'data set ')

  it('comes back whole once the reader has given back what it read', async () => {
    const { counts, stream, finish } = await received(dataSet, maximumLengthBytes)
    for (let runs = await stream?.read(); runs; runs = await stream?.read()) stream?.recycle(runs)
    expect(counts.recycled).toBe(counts.arrived)
    await finish()
  })

  it('comes back without the data set while its reader keeps it', async () => {
    const { counts, stream, finish } = await received(dataSet, maximumLengthBytes)
    const kept: Uint8Array[] = []
    for await (const run of stream ?? []) kept.push(run)
    expect(Buffer.concat(kept).equals(dataSet)).toBe(true)
    // What was copied to join short runs is not kept.
    expect(counts.arrived - counts.recycled).toBeLessThanOrEqual(dataSet.length)
    expect(counts.arrived - counts.recycled).toBeGreaterThan(0)
    await finish()
  })
})
