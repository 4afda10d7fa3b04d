import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { TransportError } from '@dcm/transport'
import { settled } from '../settled.ts'
import { within } from '../within.ts'
import { assertBackPressure } from './back-pressure.ts'
import { assertFreeOfWrites } from './memory-of-writes.ts'
import { closed, pattern, readAll } from './stream-facts.ts'
import { type TransportCase, withConnection } from './transport-fixture.ts'

type Case = (given: TransportCase) => Promise<void>

/** What holds for every connection, by what it says. */
export const connectionCases = {
  'knows both addresses, on both sides': (given) =>
    withConnection(given, ({ listener, requestor, acceptor }) => {
      assert.deepEqual(requestor.remote, listener.address)
      if ('port' in requestor.local) assert.deepEqual(acceptor.remote, requestor.local)
      assert.equal(requestor.security.length, acceptor.security.length)
      return Promise.resolve()
    }),

  'carries a MiB each way at once, unchanged': (given) =>
    withConnection(given, async ({ requestor, acceptor }) => {
      const bytes = pattern(1024 * 1024)
      requestor.stream.end(bytes)
      acceptor.stream.end(bytes)
      const received = Promise.all([readAll(requestor.stream), readAll(acceptor.stream)])
      const [one, other] = await within(given.waitMs, 'a MiB each way', received)
      assert.ok(one.equals(bytes) && other.equals(bytes), 'the bytes were changed on the way')
    }),

  'keeps what came before anybody reads, the end too': (given) =>
    withConnection(given, async ({ requestor, acceptor }) => {
      acceptor.stream.end('early')
      await settled()
      assert.notEqual(requestor.stream.readableFlowing, true, 'the stream has to wait for its reader')
      const received = await within(given.waitMs, 'what was sent early', readAll(requestor.stream))
      assert.equal(received.toString(), 'early')
    }),

  'is half-open: after the end of one side the other still answers': (given) =>
    withConnection(given, async ({ requestor, acceptor }) => {
      const answer = readAll(requestor.stream)
      requestor.stream.end('question')
      const question = await within(given.waitMs, 'the question', readAll(acceptor.stream))
      assert.equal(question.toString(), 'question')
      await settled()
      assert.ok(acceptor.stream.writable, "the peer's end must not end our side")
      acceptor.stream.end('late answer')
      assert.equal((await within(given.waitMs, 'the late answer', answer)).toString(), 'late answer')
    }),

  'closes when both sides have ended': (given) =>
    withConnection(given, async ({ requestor, acceptor }) => {
      for (const { stream } of [requestor, acceptor]) stream.resume().end()
      const both = Promise.all([closed(requestor.stream), closed(acceptor.stream)])
      await within(given.waitMs, 'the close of both', both)
    }),

  'closes at the other side when one is destroyed': (given) =>
    withConnection(given, async ({ requestor, acceptor }) => {
      // A side that does nothing may not see it before it writes.
      acceptor.stream.on('end', () => acceptor.stream.end()).resume()
      requestor.stream.destroy()
      await within(given.waitMs, 'the close of the other side', closed(acceptor.stream))
    }),

  'survives an error that nobody listens to, on either side': (given) =>
    withConnection(given, async ({ requestor, acceptor }) => {
      for (const { stream } of [requestor, acceptor]) {
        assert.notEqual(stream.listenerCount('error'), 0, "no 'error' listener: see observeErrors()")
      }
      requestor.stream.destroy(new Error('an error that nobody listens to'))
      acceptor.stream.destroy(new Error('another'))
      await within(given.waitMs, 'the close', closed(requestor.stream))
      await within(given.waitMs, 'the close', closed(acceptor.stream))
    }),

  'makes the requestor wait while the acceptor does not read': (given) =>
    withConnection(given, ({ requestor, acceptor }) =>
      assertBackPressure(requestor.stream, acceptor.stream, given.waitMs),
    ),

  'makes the acceptor wait while the requestor does not read': (given) =>
    withConnection(given, ({ requestor, acceptor }) =>
      assertBackPressure(acceptor.stream, requestor.stream, given.waitMs),
    ),

  'is done with the bytes of a write when the write is done': (given) =>
    withConnection(given, async ({ requestor, acceptor }) => {
      await assertFreeOfWrites(requestor.stream, acceptor.stream, given.waitMs)
      await assertFreeOfWrites(acceptor.stream, requestor.stream, given.waitMs)
    }),
} satisfies Record<string, Case>

/** What holds for `connect()`. */
export const connectCases = {
  'rejects with TransportError when nobody listens': async ({ transport, at, waitMs }) => {
    const listener = await transport.listen(at)
    await within(waitMs, 'close()', listener.close())
    const refused = transport.connect(listener.address)
    await assert.rejects(within(waitMs, 'the refusal', refused), requireTransportError)
  },

  'rejects with the reason of its signal, before and while it connects': async (given) => {
    const { transport, at, waitMs } = given
    const listener = await transport.listen(at)
    const reason = new Error('not wanted any more')
    const never = transport.connect(listener.address, { signal: AbortSignal.abort(reason) })
    await assert.rejects(within(waitMs, 'the rejection', never), reason)
    const controller = new AbortController()
    const connecting = transport.connect(listener.address, { signal: controller.signal })
    controller.abort(reason)
    await assert.rejects(within(waitMs, 'the rejection', connecting), reason)
  },

  'leaves a connection alone whose signal fires later': async ({ transport, at, waitMs }) => {
    const controller = new AbortController()
    const abortable: TransportCase['transport'] = {
      listen: (...given) => transport.listen(...given),
      connect: (to) => transport.connect(to, { signal: controller.signal }),
    }
    await withConnection({ transport: abortable, at, waitMs }, async ({ requestor, acceptor }) => {
      controller.abort()
      requestor.stream.end('still here')
      const received = await within(waitMs, 'the bytes', readAll(acceptor.stream))
      assert.equal(received.toString(), 'still here')
    })
  },
} satisfies Record<string, Case>

/** True, as `assert.rejects` wants it. */
export function requireTransportError(error: unknown): true {
  assert.ok(error instanceof TransportError, `it has to be a TransportError, and is ${inspect(error)}`)
  assert.notEqual(error.code, '', 'a TransportError has a code')
  return true
}
