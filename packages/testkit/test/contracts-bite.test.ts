import { describeListener, describeTransport, type TransportFixture } from '@dcm/testkit'
import type { Transport } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { brokenListeners } from './broken-listeners.ts'
import { brokenTransports } from './broken-transports.ts'
import { failuresOf } from './run-suite.ts'

// A broken one lets its suite wait; an honest case takes some milliseconds.
const options = { waitMs: 200 }

function fixture(make: () => Transport): () => TransportFixture {
  return () => ({ transport: make(), at: { host: 'memory', port: 0 } })
}

describe('describeTransport finds out a transport that', () => {
  it.each(brokenTransports)('%s', async (_flaw, foundBy, says, make) => {
    const failures = await failuresOf((api) => {
      describeTransport(api, fixture(make), options)
    }, foundBy)
    expect(failures.get(foundBy)?.message).toContain(says)
  })
})

describe('describeListener finds out a listener that', () => {
  it.each(brokenListeners)('%s', async (_flaw, foundBy, says, make) => {
    const failures = await failuresOf((api) => {
      describeListener(api, fixture(make), options)
    }, foundBy)
    expect(failures.get(foundBy)?.message).toContain(says)
  })
})
