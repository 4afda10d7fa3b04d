import assert from 'node:assert/strict'
import { type Connection, type Listener, TransportError } from '@dcm/transport'
import { settled } from '../settled.ts'
import { until } from '../until.ts'
import { within } from '../within.ts'
import { closed, pattern, readAll } from './stream-facts.ts'
import { requireTransportError } from './transport-cases.ts'
import { discard, type TransportCase } from './transport-fixture.ts'

/** What holds for every listener, by what it says. */
export const listenerCases = {
  'leaves what a connection says unread until it is accepted': async (given) => {
    const listener = await given.transport.listen(given.at)
    const requestor = await connectPending(given, listener)
    // More than a system keeps for a socket on both sides.
    const bytes = pattern(32 * 1024 * 1024)
    requestor.stream.end(bytes)
    await settled(100)
    assert.equal(requestor.stream.writableFinished, false, 'it was read before it was accepted')
    const accepted = await accept(given, listener)
    assert.notEqual(accepted.stream.readableFlowing, true, 'it is read though nobody asked')
    const received = await within(given.waitMs, 'all of it', readAll(accepted.stream))
    assert.ok(received.equals(bytes), 'the bytes were changed on the way')
  },

  'hands connections out in the order in which they came': async (given) => {
    const listener = await given.transport.listen(given.at)
    const requestors: Connection[] = []
    for (const name of ['one', 'two', 'three']) {
      const requestor = await connectPending(given, listener)
      requestor.stream.end(name)
      requestors.push(requestor)
    }
    for (const name of ['one', 'two', 'three']) {
      const accepted = await accept(given, listener)
      assert.equal((await within(given.waitMs, name, readAll(accepted.stream))).toString(), name)
      await discard(accepted)
    }
    assert.equal(listener.pendingConnections, 0)
  },

  'refuses one more than its bound at once, and takes another when there is room': async (given) => {
    const listener = await given.transport.listen(given.at, { maxPendingConnections: 2 })
    await connectPending(given, listener)
    await connectPending(given, listener)
    const refused = given.transport.connect(listener.address).then(
      // Who does not read may not see it; where there is no reset, as on Unix domain sockets, it is an end.
      ({ stream }) => closed(stream.resume().once('end', () => stream.end())),
      requireTransportError,
    )
    await within(given.waitMs, 'the refusal', refused)
    assert.equal(listener.pendingConnections, 2)
    await accept(given, listener)
    await connectPending(given, listener)
    assert.equal(listener.pendingConnections, 2)
  },

  'serves accept() calls that wait, in their order': async (given) => {
    const listener = await given.transport.listen(given.at)
    const served: string[] = []
    const accepting = ['one', 'two'].map(async (name) => {
      const accepted = await accept(given, listener)
      served.push(name)
      return accepted
    })
    // When the case has failed already, what becomes of the others is nobody's.
    for (const waiting of accepting) waiting.catch(() => undefined)
    const requestors: Connection[] = []
    for (const [index, waiting] of accepting.entries()) {
      const requestor = await given.transport.connect(listener.address)
      requestors.push(requestor)
      await until(given.waitMs, 'an accept()', () => served.length > index)
      requestor.stream.end('for you')
      const received = await within(given.waitMs, 'its bytes', readAll((await waiting).stream))
      assert.equal(received.toString(), 'for you')
    }
    assert.deepEqual(served, ['one', 'two'])
  },

  'forgets an accept() whose signal fires, and loses no connection to it': async (given) => {
    const listener = await given.transport.listen(given.at)
    const controller = new AbortController()
    const reason = new Error('enough')
    const abandoned = accept(given, listener, controller.signal)
    controller.abort(reason)
    await assert.rejects(abandoned, reason)
    await assert.rejects(accept(given, listener, controller.signal), reason)
    await connectPending(given, listener)
    await accept(given, listener)
  },

  'is not harmed by a connection that is cut while it waits': async (given) => {
    const listener = await given.transport.listen(given.at)
    const cut = await connectPending(given, listener)
    cut.stream.write('gone')
    cut.stream.destroy()
    await closed(cut.stream)
    const honest = await given.transport.connect(listener.address)
    honest.stream.end('here')
    // The cut one may have left the queue, or be handed out in its turn.
    let received = ''
    while (received !== 'here') {
      const accepted = await accept(given, listener)
      received = await within(given.waitMs, 'its end', readAll(accepted.stream)).then(String, () => 'cut')
      await discard(accepted)
    }
  },

  'close() destroys who waits, rejects accept(), and leaves accepted connections alone': async (given) => {
    const { waitMs } = given
    const listener = await given.transport.listen(given.at)
    const kept = await connectPending(given, listener)
    const accepted = await accept(given, listener)
    const pending = await connectPending(given, listener)
    pending.stream.on('end', () => pending.stream.end()).resume()
    await within(waitMs, 'close()', listener.close())
    await within(waitMs, 'the close of a pending connection', closed(pending.stream))
    await assert.rejects(accept(given, listener), isClosed)
    assert.equal(listener.pendingConnections, 0)
    accepted.stream.end('still here')
    assert.equal((await within(waitMs, 'what lives on', readAll(kept.stream))).toString(), 'still here')
  },

  'close() rejects accept() calls that wait; a second one does nothing': async (given) => {
    const listener = await given.transport.listen(given.at)
    const waiting = accept(given, listener)
    waiting.catch(() => undefined)
    await within(given.waitMs, 'disposal', listener[Symbol.asyncDispose]())
    await assert.rejects(waiting, isClosed)
    await within(given.waitMs, 'close()', listener.close())
  },

  'has an address that can be connected to, and that is free after close()': async (given) => {
    const { transport, waitMs } = given
    const first = await transport.listen(given.at)
    if ('port' in first.address) assert.notEqual(first.address.port, 0, 'port 0 has become a real one')
    await assert.rejects(
      within(waitMs, 'the refusal', transport.listen(first.address)),
      requireTransportError,
    )
    await within(waitMs, 'close()', first.close())
    const second = await within(waitMs, 'the second listener', transport.listen(first.address))
    assert.deepEqual(second.address, first.address)
  },
} satisfies Record<string, (given: TransportCase) => Promise<void>>

function accept({ waitMs }: TransportCase, listener: Listener, signal?: AbortSignal): Promise<Connection> {
  return within(waitMs, 'accept()', listener.accept(signal && { signal }))
}

/** A connection that has arrived in the listener's queue. */
async function connectPending({ transport, waitMs }: TransportCase, listener: Listener): Promise<Connection> {
  const before = listener.pendingConnections
  const connection = await within(waitMs, 'connect()', transport.connect(listener.address))
  await until(waitMs, 'a pending connection', () => listener.pendingConnections > before)
  return connection
}

function isClosed(error: unknown): boolean {
  return error instanceof TransportError && error.code === 'DCM_LISTENER_CLOSED'
}
