import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import { recycleReads } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { blockBytes, ReadMemory } from '../src/read-memory.ts'

type Recycle = ReturnType<typeof recycleReads>

async function connected(): Promise<{ readonly requestor: Socket; readonly acceptor: Socket }> {
  await using server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection') as Promise<[Socket]>
  const { port } = server.address() as AddressInfo
  const requestor = connect({ port, host: '127.0.0.1' })
  const [acceptor] = await accepted
  server.close()
  return { requestor, acceptor }
}

/** What arrives when a peer sends all of this and ends, chunk by chunk as `take` gets it. */
async function receive(sent: Uint8Array, take: (chunk: Buffer, recycle: Recycle) => void) {
  const { requestor, acceptor } = await connected()
  // In pieces, so that reads of all sizes happen.
  Readable.from(pieces(sent)).pipe(requestor)
  const recycle = recycleReads(acceptor)
  acceptor.on('data', (chunk: Buffer) => {
    take(chunk, recycle)
  })
  acceptor.resume()
  await once(acceptor, 'end')
  acceptor.end()
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let begin = 0, size = 1; begin < bytes.length; begin += size, size = (size * 3) % 200_001) {
    yield bytes.subarray(begin, begin + size)
  }
}

describe('an accepted socket', () => {
  const sent = randomBytes(8_000_000)

  it('reads into few blocks when all that it gave comes back', async () => {
    const memories = new Set<ArrayBufferLike>()
    const copies: Buffer[] = []
    await receive(sent, (chunk, recycle) => {
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
    await receive(sent, (chunk, recycle) => {
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
    const chunks: [Buffer, Recycle][] = []
    await receive(sent, (chunk, recycle) => {
      chunks.push([chunk, recycle])
      recycle?.(new ArrayBuffer(8), 8)
    })
    expect(Buffer.concat(chunks.map(([chunk]) => chunk)).equals(sent)).toBe(true)
    for (const [chunk, recycle] of chunks) recycle?.(chunk.buffer, chunk.length)
  })

  it('holds no block while little comes', async () => {
    const { requestor, acceptor } = await connected()
    recycleReads(acceptor)
    acceptor.resume()
    for (let message = 0; message < 3; message++) {
      requestor.write('a small message')
      const [chunk] = (await once(acceptor, 'data')) as [Buffer]
      expect(chunk.toString()).toBe('a small message')
      expect(chunk.buffer.byteLength).toBeLessThan(blockBytes)
    }
    for (const socket of [requestor, acceptor]) socket.destroy()
  })

  it('stays as it is when it was closed before, or is no socket', async () => {
    const { requestor, acceptor } = await connected()
    for (const socket of [requestor, acceptor]) socket.destroy()
    expect(recycleReads(acceptor)).toBeUndefined()
    expect(recycleReads(new PassThrough())).toBeUndefined()
  })
})

describe('memory to read into', () => {
  it('is never used again when more came back than was lent', () => {
    const memory = new ReadMemory()
    const block = memory.take()
    block.rest()
    block.lend(10)
    memory.recycle(block.memory, 11)
    block.leave()
    expect(memory.take()).not.toBe(block)
  })

  it('is never used again when some of it came back twice, and the rest later', () => {
    const memory = new ReadMemory()
    const block = memory.take()
    block.rest()
    block.lend(20)
    block.leave()
    for (let time = 0; time < 3; time++) memory.recycle(block.memory, 10)
    expect(memory.take()).not.toBe(block)
  })

  it('is used again once it is left and all has come back, in either order', () => {
    const memory = new ReadMemory()
    for (const returnFirst of [true, false]) {
      const block = memory.take()
      block.rest()
      block.lend(10)
      if (returnFirst) memory.recycle(block.memory, 10)
      block.leave()
      if (!returnFirst) memory.recycle(block.memory, 10)
      expect(memory.take()).toBe(block)
      block.leave()
    }
  })

  it('is used again by one socket only, when nothing comes back after all has', () => {
    const memory = new ReadMemory()
    const block = memory.take()
    block.rest()
    block.lend(10)
    block.leave()
    memory.recycle(block.memory, 10)
    memory.recycle(block.memory, 0)
    expect(memory.take()).toBe(block)
    expect(memory.take()).not.toBe(block)
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
