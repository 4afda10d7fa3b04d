import { describeListener, describeTransport, memoryTransport, type TransportFixture } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'

const fixture = (): TransportFixture => ({ transport: memoryTransport(), at: { host: 'memory', port: 0 } })

describe('the transport in memory', () => {
  describeTransport({ describe, it }, fixture)
  describeListener({ describe, it }, fixture)

  describe('in pieces of one byte', () => {
    it('delivers each alone', async () => {
      const transport = memoryTransport({ chunkBytes: 1 })
      await using listener = await transport.listen({ host: 'memory', port: 104 })
      const requestor = await transport.connect(listener.address)
      const acceptor = await listener.accept()
      const pieces: string[] = []
      acceptor.stream.on('data', (chunk: Buffer) => pieces.push(chunk.toString()))
      requestor.stream.end('abc')
      await new Promise((resolve) => acceptor.stream.once('end', resolve))
      expect(pieces).toEqual(['a', 'b', 'c'])
      acceptor.stream.end()
    })
  })

  it('is a network of its own each time', async () => {
    await using listener = await memoryTransport().listen({ host: 'memory', port: 104 })
    await expect(memoryTransport().connect(listener.address)).rejects.toMatchObject({
      code: 'DCM_CONNECTION_REFUSED',
    })
  })
})
