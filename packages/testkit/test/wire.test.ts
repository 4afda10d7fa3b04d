import { once } from 'node:events'
import { settled, Wire } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'

/** What arrives at one end, as it arrives. */
function heard({ stream }: Wire['acceptor']): {
  readonly chunks: string[]
  end: 'end' | 'reset' | undefined
} {
  const got: ReturnType<typeof heard> = { chunks: [], end: undefined }
  stream.on('data', (chunk: Buffer) => got.chunks.push(chunk.toString()))
  stream.on('end', () => (got.end ??= 'end'))
  stream.on('close', () => (got.end ??= 'reset'))
  return got
}

describe('Wire', () => {
  it('carries both ways, counts and records', async () => {
    const wire = new Wire()
    const [atAcceptor, atRequestor] = [heard(wire.acceptor), heard(wire.requestor)]
    wire.requestor.stream.write('hello')
    wire.acceptor.stream.write('world!')
    await settled()
    expect([atAcceptor.chunks, atRequestor.chunks]).toEqual([['hello'], ['world!']])
    expect([wire.sentBytes('requestor'), wire.sentBytes('acceptor')]).toEqual([5, 6])
    expect(wire.recorded('requestor').toString()).toBe('hello')
    wire.requestor.stream.end()
    await settled()
    expect(atAcceptor.end).toBe('end')
    wire.destroy()
  })

  it('hands over in pieces, or all that was said as one', async () => {
    const pieces = new Wire({ chunkBytes: 2 })
    const inPieces = heard(pieces.acceptor)
    pieces.requestor.stream.write('hello')
    const gathering = new Wire({ gathers: true })
    const asOne = heard(gathering.acceptor)
    for (const letter of 'hello') gathering.requestor.stream.write(letter)
    await settled(20)
    expect(inPieces.chunks).toEqual(['he', 'll', 'o'])
    expect(asOne.chunks).toEqual(['hello'])
    pieces.destroy()
    gathering.destroy()
  })

  it.each([
    ['silence', undefined],
    ['end', 'end'],
    ['reset', 'reset'],
  ] as const)('cuts one direction with %s', async (kind, end) => {
    const wire = new Wire({ cut: { role: 'requestor', afterBytes: 3, kind } })
    const [atAcceptor, atRequestor] = [heard(wire.acceptor), heard(wire.requestor)]
    wire.requestor.stream.write('hello')
    await settled()
    expect(atAcceptor).toEqual({ chunks: ['hel'], end })
    if (kind !== 'reset') {
      wire.acceptor.stream.write('and you?')
      await settled()
      expect(atRequestor.chunks).toEqual(['and you?'])
    }
    wire.destroy()
  })

  it('keeps the back-pressure', async () => {
    const wire = new Wire()
    const { stream } = wire.requestor
    let wrote = 0
    while (stream.write(Buffer.alloc(16_384)) && wrote < 1_000) {
      wrote++
      await settled(1)
    }
    expect(wrote).toBeLessThan(1_000)
    wire.acceptor.stream.resume()
    await once(stream, 'drain')
    wire.destroy()
  })
})
