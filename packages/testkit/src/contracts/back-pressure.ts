import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { settled } from '../settled.ts'
import { within } from '../within.ts'
import { pattern, readAll } from './stream-facts.ts'

/** Far above the buffers of a socket on both sides, its kernel's included. */
const enoughBytes = 64 * 1024 * 1024

/** A writer whose peer does not read has to wait; when the peer reads, all of it comes. */
export async function assertBackPressure(writer: Duplex, reader: Duplex, waitMs: number): Promise<void> {
  const chunk = pattern(64 * 1024)
  let written = 0
  while (written < enoughBytes && (await mayWrite(writer))) {
    writer.write(chunk)
    written += chunk.length
  }
  assert.ok(written < enoughBytes, `${String(written)} bytes were taken though nobody reads`)
  const drained = once(writer, 'drain')
  const received = readAll(reader)
  await within(waitMs, 'the writer goes on once its peer reads', drained)
  writer.end()
  assert.equal((await within(waitMs, 'the rest', received)).length, written)
}

/** Whether the writer may go on, now or after what can happen without its peer. */
async function mayWrite(writer: Duplex): Promise<boolean> {
  for (let turn = 0; writer.writableNeedDrain && turn < 8; turn++) await settled()
  return !writer.writableNeedDrain
}
