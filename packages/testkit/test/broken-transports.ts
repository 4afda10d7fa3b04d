import { memoryTransport } from '@dcm/testkit'
import type { Connection, Transport } from '@dcm/transport'
import { greedyStream } from './greedy-stream.ts'

export type BrokenTransport = readonly [flaw: string, foundBy: string, says: string, make: () => Transport]

type Break = (connection: Connection) => Connection

/** A transport whose connections are broken on the requestor's side. */
function breaking(breakOne: Break): Transport {
  const inner = memoryTransport()
  return {
    listen: (at, options) => inner.listen(at, options),
    connect: async (to, options) => breakOne(await inner.connect(to, options)),
  }
}

/** A transport that is broken in `connect()`. */
function connecting(connect: (inner: Transport) => Transport['connect']): Transport {
  const inner = memoryTransport()
  return { listen: (at, options) => inner.listen(at, options), connect: connect(inner) }
}

/** Each is wrong in one thing, and is found out by the case named, in these words. */
export const brokenTransports: readonly BrokenTransport[] = [
  [
    'gives the wrong address',
    'knows both addresses, on both sides',
    '49153',
    () => breaking((connection) => ({ ...connection, remote: connection.local })),
  ],
  [
    'changes a byte',
    'carries a MiB each way at once, unchanged',
    'the bytes were changed',
    () =>
      breaking((connection) => {
        const { stream } = connection
        const write = stream._write.bind(stream)
        stream._write = (chunk: Buffer, encoding, done) => {
          const changed = Buffer.from(chunk)
          changed[0] = ~(changed[0] ?? 0)
          write(changed, encoding, done)
        }
        return connection
      }),
  ],
  [
    'reads before anybody asks',
    'keeps what came before anybody reads, the end too',
    'has to wait for its reader',
    () => breaking((connection) => ({ ...connection, stream: connection.stream.resume() })),
  ],
  [
    'ends when its peer does',
    'is half-open: after the end of one side the other still answers',
    'must not end our side',
    () =>
      breaking((connection) => {
        connection.stream.allowHalfOpen = false
        // The acceptor answers late; the requestor is the one that ended first.
        connection.stream.once('finish', () => connection.stream.destroy())
        return connection
      }),
  ],
  [
    'keeps its own destruction to itself',
    'closes at the other side when one is destroyed',
    'the close of the other side: not within',
    () =>
      breaking((connection) => {
        connection.stream._destroy = (error, done) => {
          done(error)
        }
        return connection
      }),
  ],
  [
    'lets an error end the process',
    'survives an error that nobody listens to, on either side',
    "no 'error' listener",
    () =>
      breaking((connection) => ({ ...connection, stream: connection.stream.removeAllListeners('error') })),
  ],
  [
    'takes all that is written',
    'makes the requestor wait while the acceptor does not read',
    'though nobody reads',
    () => breaking((connection) => ({ ...connection, stream: greedyStream(connection.stream) })),
  ],
  [
    'reads all that comes',
    'makes the acceptor wait while the requestor does not read',
    'though nobody reads',
    () => breaking((connection) => ({ ...connection, stream: greedyStream(connection.stream) })),
  ],
  [
    'keeps the bytes of a write that is done',
    'is done with the bytes of a write when the write is done',
    'were used after their write',
    () => breaking((connection) => ({ ...connection, stream: greedyStream(connection.stream) })),
  ],
  [
    'waits for a listener that is not there',
    'rejects with TransportError when nobody listens',
    'the refusal: not within',
    () =>
      connecting((inner) => (to) => inner.connect(to).catch(() => Promise.withResolvers<never>().promise)),
  ],
  [
    'rejects with an error of no type',
    'rejects with TransportError when nobody listens',
    'it has to be a TransportError, and is Error: no',
    () => connecting((inner) => (to) => inner.connect(to).catch(() => Promise.reject(new Error('no')))),
  ],
  [
    'does not listen to its signal',
    'rejects with the reason of its signal, before and while it connects',
    'Missing expected rejection',
    () => connecting((inner) => (to) => inner.connect(to)),
  ],
  [
    'listens to its signal for ever',
    'leaves a connection alone whose signal fires later',
    'the peer closed the connection',
    () =>
      connecting((inner) => async (to, { signal } = {}) => {
        const connection = await inner.connect(to, signal && { signal })
        signal?.addEventListener('abort', () => connection.stream.destroy())
        return connection
      }),
  ],
]
