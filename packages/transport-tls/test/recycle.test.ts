import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { archive, modality, upgradeBoth } from './upgrade-both.ts'

test.each(['all of it', 'half of it'])(
  'a secured connection reads into what came back, here %s',
  async (back) => {
    const { requestor, acceptor, raw } = await upgradeBoth(archive(), modality())
    const sent = randomBytes(8_000_000)
    requestor.stream.end(sent)
    const memories = new Set<ArrayBufferLike>()
    const kept: Buffer[] = []
    const copies: Buffer[] = []
    acceptor.stream.on('data', (chunk: Buffer) => {
      const half = back === 'half of it' && copies.length % 2 === 0
      copies.push(half ? chunk : Buffer.from(chunk))
      if (half) kept.push(chunk)
      else acceptor.recycle?.(chunk.buffer, chunk.length)
      memories.add(chunk.buffer)
    })
    await once(acceptor.stream, 'end')
    expect(Buffer.concat(copies).equals(sent)).toBe(true)
    // some small reads at the beginning, and a handful of blocks of 128 KiB, where 8 MB would take sixty
    if (kept.length === 0) expect(memories.size).toBeLessThan(8)
    for (const { stream } of [acceptor, requestor, raw.acceptor, raw.requestor]) stream.destroy()
  },
)

const recordBytes = 16_384

/** What a secured connection hands on of these bytes, all of which have come when it begins to read. */
async function handedOn(sent: Uint8Array, end: boolean): Promise<Buffer[]> {
  const { requestor, acceptor, raw } = await upgradeBoth(archive(), modality())
  // Once it has been read from in large parts it reads into blocks.
  requestor.stream.write(randomBytes(recordBytes))
  for (let bytes = 0; bytes < recordBytes;)
    bytes += ((await once(acceptor.stream, 'data')) as [Buffer])[0].length
  acceptor.stream.pause()
  await new Promise((resolve) => requestor.stream.write(sent, resolve))
  const chunks: Buffer[] = []
  let bytes = 0
  const all = new Promise<void>((resolve) => {
    acceptor.stream.on('data', (chunk: Buffer) => {
      chunks.push(Buffer.from(chunk))
      acceptor.recycle?.(chunk.buffer, chunk.length)
      bytes += chunk.length
      if (bytes === sent.length) resolve()
    })
  })
  if (end) requestor.stream.end()
  const ended = once(acceptor.stream, 'end')
  acceptor.stream.resume()
  await all
  if (end) await ended
  else ended.catch(() => undefined)
  for (const { stream } of [acceptor, requestor, raw.acceptor, raw.requestor]) stream.destroy()
  return chunks
}

test.each([
  ['whole records', 4 * recordBytes, false],
  ['whole records, and the end behind them', 4 * recordBytes, true],
  ['a record that is not full behind whole ones', 3 * recordBytes + 1, false],
  ['a record that is not full, and the end behind it', 3 * recordBytes + 1, true],
])('what came in one turn is handed on as one: %s', async (_, bytes, end) => {
  const sent = randomBytes(bytes)
  const chunks = await handedOn(sent, end)
  expect(Buffer.concat(chunks).equals(sent)).toBe(true)
  expect(chunks.length).toBeLessThan(4)
})
