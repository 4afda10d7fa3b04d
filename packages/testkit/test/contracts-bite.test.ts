import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { describeListener, describeTransport, memoryTransport, type TransportFixture } from '@dcm/testkit'
import { type Connection, type Transport, TransportError } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { brokenListeners } from './broken-listeners.ts'
import { brokenTransports } from './broken-transports.ts'
import { failuresOf } from './run-suite.ts'

// A broken one lets its suite wait; an honest case takes some milliseconds.
const options = { waitMs: 200 }

function fixture(make: () => Transport): () => TransportFixture {
  return () => ({ transport: make(), at: { host: 'memory', port: 0 } })
}

/** As an outsider writes it: codes of its own, and a listener that closes when all its connections have. */
function outsiders(streams: Duplex[]): Transport {
  const inner = memoryTransport()
  const keep = (connection: Connection): Connection => {
    streams.push(connection.stream)
    return connection
  }
  const rename = (error: unknown) => {
    if (!(error instanceof TransportError)) throw error
    throw new TransportError(error.message, { code: 'SITE_FAILED', cause: error })
  }
  return {
    connect: (to, options) => inner.connect(to, options).then(keep, rename),
    listen: async (at, options) => {
      const listener = await inner.listen(at, options).catch(rename)
      const accepted: Connection[] = []
      const close = async (): Promise<void> => {
        await listener.close()
        for (const { stream } of accepted) if (!stream.destroyed) await once(stream, 'close')
      }
      return {
        address: listener.address,
        get pendingConnections() {
          return listener.pendingConnections
        },
        accept: async (given) => {
          const connection = keep(await listener.accept(given))
          accepted.push(connection)
          return connection
        },
        close,
        [Symbol.asyncDispose]: close,
      }
    },
  }
}

describe('a suite', () => {
  it('takes codes of its own from a transport, and leaves nothing open of a case that fails', async () => {
    const streams: Duplex[] = []
    const failures = await failuresOf((api) => {
      const given = fixture(() => outsiders(streams))
      describeTransport(api, given, options)
      describeListener(api, given, options)
    })
    expect([...failures].map(([name, { message }]) => [name, message])).toEqual([
      [
        'close() destroys who waits, rejects accept(), and leaves accepted connections alone',
        'close(): not within 200 ms',
      ],
    ])
    expect(streams.filter(({ destroyed }) => !destroyed)).toEqual([])
  })
})

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
