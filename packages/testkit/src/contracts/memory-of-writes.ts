import assert from 'node:assert/strict'
import type { Duplex } from 'node:stream'
import { within } from '../within.ts'
import { pattern, readAll } from './stream-facts.ts'

/** Whose write is done may use its memory again: the reader, who comes late, gets what stood there before. */
export async function assertFreeOfWrites(writer: Duplex, reader: Duplex, waitMs: number): Promise<void> {
  const bytes = pattern(256 * 1024)
  for (let written = 0; written < bytes.length; written += 64 * 1024) {
    const memory = Buffer.from(bytes.subarray(written, written + 64 * 1024))
    writer.write(memory, () => memory.fill(0xff))
  }
  writer.end()
  const received = await within(waitMs, 'what was written', readAll(reader))
  assert.ok(received.equals(bytes), 'bytes were used after their write was done')
}
