import assert from 'node:assert/strict'
import { readBytes } from '../contracts/stream-facts.ts'
import type { SecurityBench, SecurityCases } from './security-bench.ts'
import { roles } from './security-provider-fixture.ts'
import { Wire, type WireOptions } from '../wire.ts'

const words = 'the first words above'

/** Clause 2: bytes read past the handshake come first on the new stream. */
export const trailingBytes: SecurityCases = {
  'words in one chunk with the end of the handshake are read first': (bench) =>
    firstWords(bench, { gathers: true }),
  'a handshake and words in one-byte chunks': (bench) => firstWords(bench, { chunkBytes: 1 }),
  'words in chunks of seven bytes': (bench) => firstWords(bench, { chunkBytes: 7 }),
}

/** Each side speaks as soon as it is through. */
async function firstWords(bench: SecurityBench, options: WireOptions): Promise<void> {
  await bench.with(new Wire(options), async (wire) => {
    const secured = await bench.secure(wire, ({ stream }) => stream.write(words))
    for (const role of roles) {
      const heard = await bench.within('the bytes', readBytes(secured[role].stream, words.length))
      assert.equal(heard.toString(), words, `what the ${role} heard`)
    }
  })
}
