import { expect, it } from 'vitest'
import { BatchBuffers } from '../src/instances/batch-buffers.ts'

const batchBytes = 589_824

it('gives memory that came back again, as long as is wanted, and a batch at most', () => {
  const buffers = new BatchBuffers()
  const batch = buffers.take(10_000_000)
  expect(batch).toHaveLength(batchBytes)
  buffers.giveBack(batch)
  const next = buffers.take(10)
  expect(next).toHaveLength(10)
  expect(next.buffer).toBe(batch.buffer)
  buffers.giveBack(next)
  const last = buffers.take(10_000_000)
  expect(last).toHaveLength(batchBytes)
  expect(last.buffer).toBe(batch.buffer)
  expect(buffers.take(10_000_000).buffer).not.toBe(batch.buffer)
})

it('keeps memory once, of which parts come back', () => {
  const buffers = new BatchBuffers()
  const batch = buffers.take(batchBytes)
  buffers.giveBack(batch.subarray(0, 100))
  buffers.giveBack(batch.subarray(100))
  expect(buffers.take(batchBytes).buffer).toBe(batch.buffer)
  expect(buffers.take(batchBytes).buffer).not.toBe(batch.buffer)
})

it('takes little memory for what is small, and keeps none of that', () => {
  const buffers = new BatchBuffers()
  const small = buffers.take(100)
  expect([small.length, small.buffer.byteLength]).toEqual([100, 100])
  buffers.giveBack(small)
  expect(buffers.take(1_000)).toHaveLength(1_000)
})

it('keeps four batches at most', () => {
  const buffers = new BatchBuffers()
  const batches = Array.from({ length: 5 }, () => buffers.take(batchBytes))
  for (const batch of batches) buffers.giveBack(batch)
  const memory = new Set(batches.map(({ buffer }) => buffer))
  const again = Array.from({ length: 5 }, () => buffers.take(batchBytes).buffer)
  expect(again.filter((buffer) => memory.has(buffer))).toHaveLength(4)
})
