import { randomBytes } from 'node:crypto'
import { iscl, type IsclSuite } from '@dcm/security-iscl'
import { memoryPair } from '@dcm/testkit'
import { expect, test } from 'vitest'
import { acceptorOptions, readAll, requestorOptions, securedPair, signal } from './support/secured-pair.ts'

/** Sends so much through a session whose acceptor's chunks are overwritten as soon as they come back; how many bytes came back. */
async function carry(suite: IsclSuite, sent: Buffer) {
  const [ours, theirs] = memoryPair()
  let arrived: Buffer = Buffer.alloc(0)
  let recycled = 0
  const recycle = (memory: ArrayBufferLike, bytes: number): void => {
    if (arrived.buffer !== memory || arrived.length !== bytes) return
    recycled += bytes
    arrived.fill(0xff)
  }
  ours.stream.on('data', (chunk: Buffer) => {
    arrived = chunk
  })
  ours.stream.pause()
  const suites = [suite]
  const [acceptor, requestor] = await Promise.all([
    iscl(acceptorOptions({ suites })).upgrade({ ...ours, recycle }, 'acceptor', { signal }),
    iscl(requestorOptions({ suites })).upgrade(theirs, 'requestor', { signal }),
  ])
  requestor.stream.end(sent)
  return { received: await readAll(acceptor), recycled }
}

test.each(['aes-256-gcm', 'chacha20-poly1305'] as const)(
  'what %s has decrypted goes back to be read into again',
  async (suite) => {
    const sent = randomBytes(1_000_000)
    const { received, recycled } = await carry(suite, sent)
    expect(received.equals(sent)).toBe(true)
    expect(recycled).toBeGreaterThan(sent.length)
  },
)

test('what was not encrypted is handed on, and does not go back', async () => {
  const sent = randomBytes(1_000_000)
  const { received, recycled } = await carry('hmac-sha256-integrity', sent)
  expect(received.equals(sent)).toBe(true)
  expect(recycled).toBe(0)
})

/** Sends so much; what the stream below was given to write, afterwards. */
async function written(suite: IsclSuite, sent: Buffer): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = []
  const { acceptor, requestor, below } = await securedPair({
    acceptor: { suites: [suite] },
    requestor: { suites: [suite] },
  })
  const { stream } = below[1]
  const write = stream.write.bind(stream) as (chunk: Uint8Array, done?: () => void) => boolean
  stream.write = (chunk: Uint8Array, done?: unknown) => {
    chunks.push(chunk)
    return write(chunk, done as () => void)
  }
  requestor.stream.end(Buffer.from(sent))
  expect((await readAll(acceptor)).equals(sent)).toBe(true)
  return chunks
}

test.each(['aes-256-gcm', 'chacha20-poly1305'] as const)(
  'memory of what %s has encrypted is freed once it is sent',
  async (suite) => {
    const chunks = await written(suite, randomBytes(1_000_000))
    expect(chunks.length).toBeGreaterThan(3)
    expect(chunks.filter(({ length }) => length >= 16_384)).toEqual([])
  },
)

test('memory of what is sent as it is stays its writer’s', async () => {
  const sent = randomBytes(1_000_000)
  const chunks = await written('hmac-sha256-integrity', sent)
  expect(Buffer.concat(chunks).includes(sent.subarray(0, 1_000))).toBe(true)
})
