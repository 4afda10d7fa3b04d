import { settled } from '@dcm/testkit'
import { expect, test } from 'vitest'
import { securedPair } from './support/secured-pair.ts'

/** So many packets of one octet, sealed and not sent. */
async function sealed(count: number) {
  const { acceptor, requestor, below } = await securedPair()
  const { stream } = below[1]
  const packets: Buffer[] = []
  const write = stream.write.bind(stream) as (bytes: Uint8Array) => boolean
  stream.write = (chunk: Uint8Array, done?: unknown) => {
    packets.push(Buffer.from(chunk))
    if (typeof done === 'function') setImmediate(done as () => void)
    return true
  }
  for (let octet = 0; octet < count; octet++) {
    await new Promise((resolve) => requestor.stream.write(Buffer.of(octet % 0x100), resolve))
  }
  return { acceptor, packets, write }
}

test('others have their turn after a chunk of many packets, and what comes behind it is not lost', async () => {
  const { acceptor, packets, write } = await sealed(900)
  let octets = 0
  acceptor.stream.on('data', (chunk: Uint8Array) => (octets += chunk.length))
  await settled()
  const turn = settled(1)
  for (const begin of [0, 300, 600]) write(Buffer.concat(packets.slice(begin, begin + 300)))
  await turn
  expect(octets).toBe(300)
  await settled()
  expect(octets).toBe(900)
  acceptor.stream.destroy()
})
