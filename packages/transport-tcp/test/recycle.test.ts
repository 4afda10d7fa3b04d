import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import type { Connection } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { describe, expect, it } from 'vitest'
import { blockBytes, ReadMemory } from '../src/read-memory.ts'
import { recyclingConnection } from '../src/recycling-connection.ts'

async function connected(): Promise<{ readonly requestor: Connection; readonly acceptor: Connection }> {
  await using listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
  const [requestor, acceptor] = await Promise.all([tcp().connect(listener.address), listener.accept()])
  return { requestor, acceptor }
}

/** What arrives when a peer sends all of this and ends, chunk by chunk as `take` gets it. */
async function receive(sent: Uint8Array, take: (chunk: Buffer, connection: Connection) => void) {
  const { requestor, acceptor } = await connected()
  // In pieces, so that reads of all sizes happen.
  Readable.from(pieces(sent)).pipe(requestor.stream)
  acceptor.stream.on('data', (chunk: Buffer) => {
    take(chunk, acceptor)
  })
  acceptor.stream.resume()
  await once(acceptor.stream, 'end')
  acceptor.stream.end()
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let begin = 0, size = 1; begin < bytes.length; begin += size, size = (size * 3) % 200_001) {
    yield bytes.subarray(begin, begin + size)
  }
}

describe('an accepted connection', () => {
  const sent = randomBytes(8_000_000)

  it('reads into few blocks when all that it gave comes back', async () => {
    const memories = new Set<ArrayBufferLike>()
    const copies: Buffer[] = []
    await receive(sent, (chunk, { recycle }) => {
      if (chunk.buffer.byteLength === blockBytes) memories.add(chunk.buffer)
      copies.push(Buffer.from(chunk))
      recycle?.(chunk.buffer, chunk.length)
    })
    expect(Buffer.concat(copies).equals(sent)).toBe(true)
    expect(memories.size).toBeGreaterThan(0)
    expect(memories.size).toBeLessThan(5)
  })

  it('leaves alone what does not come back', async () => {
    const chunks: Buffer[] = []
    await receive(sent, (chunk) => chunks.push(chunk))
    expect(Buffer.concat(chunks).equals(sent)).toBe(true)
  })

  it('leaves a block alone of which a part has not come back', async () => {
    const held: { readonly view: Buffer; readonly copy: Buffer }[] = []
    await receive(sent, (chunk, { recycle }) => {
      // The beginning of each chunk is kept, the rest comes back in two parts.
      const view = chunk.subarray(0, 1)
      held.push({ view, copy: Buffer.from(view) })
      const half = Math.floor((chunk.length - 1) / 2)
      recycle?.(chunk.buffer, half)
      recycle?.(chunk.buffer, chunk.length - 1 - half)
    })
    expect(held.every(({ view, copy }) => view.equals(copy))).toBe(true)
  })

  it('takes back memory that is not its own, and what comes after its end', async () => {
    const chunks: [Buffer, Connection][] = []
    await receive(sent, (chunk, connection) => {
      chunks.push([chunk, connection])
      connection.recycle?.(new ArrayBuffer(8), 8)
    })
    expect(Buffer.concat(chunks.map(([chunk]) => chunk)).equals(sent)).toBe(true)
    for (const [chunk, { recycle }] of chunks) recycle?.(chunk.buffer, chunk.length)
  })

  it('holds no block while little comes', async () => {
    const { requestor, acceptor } = await connected()
    acceptor.stream.resume()
    for (let message = 0; message < 3; message++) {
      requestor.stream.write('a small message')
      const [chunk] = (await once(acceptor.stream, 'data')) as [Buffer]
      expect(chunk.toString()).toBe('a small message')
      expect(chunk.buffer.byteLength).toBeLessThan(blockBytes)
    }
    for (const { stream } of [requestor, acceptor]) stream.destroy()
  })

  it('stays as it is when it was closed before', async () => {
    const { requestor, acceptor } = await connected()
    for (const { stream } of [requestor, acceptor]) stream.destroy()
    expect(recyclingConnection(acceptor, new ReadMemory())).toBe(acceptor)
  })
})

describe('memory to read into', () => {
  it('is never used again when more came back than was lent', () => {
    const memory = new ReadMemory()
    const block = memory.take()
    block.rest()
    const { buffer } = block.lend(10)
    memory.recycle(buffer, 11)
    block.leave()
    expect(memory.take()).not.toBe(block)
  })

  it('is never used again when some of it came back twice, and the rest later', () => {
    const memory = new ReadMemory()
    const block = memory.take()
    block.rest()
    const { buffer } = block.lend(20)
    block.leave()
    for (let time = 0; time < 3; time++) memory.recycle(buffer, 10)
    expect(memory.take()).not.toBe(block)
  })

  it('is used again once it is left and all has come back, in either order', () => {
    const memory = new ReadMemory()
    for (const returnFirst of [true, false]) {
      const block = memory.take()
      block.rest()
      const lent = block.lend(10)
      if (returnFirst) memory.recycle(lent.buffer, 10)
      block.leave()
      if (!returnFirst) memory.recycle(lent.buffer, 10)
      expect(memory.take()).toBe(block)
      block.leave()
    }
  })

  it('is filled from its beginning again once all has come back', () => {
    const memory = new ReadMemory()
    const block = memory.take()
    block.rest()
    block.lend(10)
    expect(block.rest().byteOffset).toBe(10)
    memory.recycle(block.memory, 10)
    expect(block.rest().byteOffset).toBe(0)
  })
})
