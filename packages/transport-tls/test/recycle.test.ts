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
