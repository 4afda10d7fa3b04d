import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { memoryPair, settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'

describe('a pair in memory', () => {
  it('carries bytes both ways, each end for itself', async () => {
    const [one, other] = memoryPair()
    one.stream.end('question')
    expect(await readAll(other.stream)).toBe('question')
    other.stream.end('answer')
    expect(await readAll(one.stream)).toBe('answer')
    expect(one.local).toEqual(other.remote)
  })

  it('hands bytes over in pieces', async () => {
    const [one, other] = memoryPair({ chunkBytes: 2 })
    const pieces: string[] = []
    other.stream.on('data', (chunk: Buffer) => pieces.push(chunk.toString()))
    one.stream.end('abcde')
    await once(other.stream, 'end')
    expect(pieces).toEqual(['ab', 'cd', 'e'])
  })

  it.each([0, -1, NaN])('has no pieces of %d bytes', (chunkBytes) => {
    expect(() => memoryPair({ chunkBytes })).toThrow(expect.objectContaining({ code: 'DCM_LIMIT_RANGE' }))
  })

  it('lets writes wait for who does not read', async () => {
    const [one, other] = memoryPair()
    other.stream.pause()
    let written = 0
    while (one.stream.write(Buffer.alloc(10_000))) written++
    expect(written).toBeLessThan(100)
    await settled()
    expect(one.stream.writableNeedDrain).toBe(true)
    other.stream.resume()
    await once(one.stream, 'drain')
  })

  it('resets the other side when one is destroyed', async () => {
    const [one, other] = memoryPair()
    const error = once(other.stream, 'error')
    one.stream.destroy()
    expect((await error)[0]).toMatchObject({ code: 'ECONNRESET' })
  })

  it('fails writes to who is gone', async () => {
    const [one, other] = memoryPair()
    other.stream.on('error', () => undefined)
    one.stream.on('error', () => undefined)
    other.stream.destroy()
    await settled()
    expect(one.stream.destroyed).toBe(true)
  })

  it('fails the write that waits for a side that is then destroyed', async () => {
    const [one, other] = memoryPair()
    const written = new Promise((resolve) => {
      one.stream.write(Buffer.alloc(1_000_000), resolve)
    })
    await settled()
    other.stream.destroy()
    expect(await written).toMatchObject({ code: 'ECONNRESET' })
  })

  it('does not reset who has only to read what came before an orderly end', async () => {
    const [one, other] = memoryPair()
    other.stream.end()
    one.stream.end('last words')
    one.stream.resume()
    await once(one.stream, 'close')
    expect(await readAll(other.stream)).toBe('last words')
  })

  it('survives a reset that nobody listens to', async () => {
    const [one, other] = memoryPair()
    one.stream.destroy()
    await settled()
    expect(other.stream.errored).toMatchObject({ code: 'ECONNRESET' })
  })

  it.each([0, -1, NaN])('refuses pieces of %d bytes', (chunkBytes) => {
    expect(() => memoryPair({ chunkBytes })).toThrow(expect.objectContaining({ code: 'DCM_LIMIT_RANGE' }))
  })
})

/** An async iteration would destroy the other direction, too, on Node 22. */
async function readAll(stream: Duplex): Promise<string> {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(stream, 'end')
  return Buffer.concat(chunks).toString()
}
