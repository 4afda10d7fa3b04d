import { memoryTransport, settled } from '@dcm/testkit'
import { AcceptQueue, type Connection, type Listener, type Transport } from '@dcm/transport'
import type { BrokenTransport } from './broken-transports.ts'
import { greedyStream } from './greedy-stream.ts'

type Accept = Listener['accept']

/** A transport whose listeners are broken in what `flaw` returns. */
function breaking(flaw: (inner: Listener) => Partial<Listener>): Transport {
  const inner = memoryTransport()
  return {
    connect: (to, options) => inner.connect(to, options),
    listen: async (at, options) => {
      const listener = await inner.listen(at, options)
      return Object.defineProperties(Object.create(listener) as Listener, {
        // The listener's own getters and methods, save what is broken.
        pendingConnections: { get: () => listener.pendingConnections, configurable: true },
        ...Object.getOwnPropertyDescriptors(flaw(listener)),
      })
    },
  }
}

/** Takes whatever is there at once, and hands out what `next` picks of it. */
function hoarding(next: (hoard: Connection[]) => Connection | undefined): Transport {
  return breaking((inner) => {
    const hoard: Connection[] = []
    return {
      get pendingConnections() {
        return inner.pendingConnections + hoard.length
      },
      accept: async (options) => {
        while (inner.pendingConnections > 0) hoard.push(await inner.accept())
        return next(hoard) ?? inner.accept(options)
      },
    }
  })
}

/** Each is wrong in one thing, and is found out by the case named, in these words. */
export const brokenListeners: readonly BrokenTransport[] = [
  [
    'reads before it hands out',
    'leaves what a connection says unread until it is accepted',
    'read before it was accepted',
    () =>
      breaking((inner) => {
        const queue = new AcceptQueue(128)
        const takeAll = async (): Promise<void> => {
          for (;;) {
            const connection = await inner.accept()
            queue.offer({ ...connection, stream: greedyStream(connection.stream) })
          }
        }
        takeAll().catch(() => {
          queue.close()
        })
        return {
          get pendingConnections() {
            return queue.size
          },
          accept: ({ signal } = {}) => queue.take(signal),
        }
      }),
  ],
  [
    'hands out the newest first',
    'hands connections out in the order in which they came',
    "'three' !== 'one'",
    () => hoarding((hoard) => hoard.pop()),
  ],
  [
    'has no bound',
    'refuses one more than its bound at once, and takes another when there is room',
    'the refusal: not within',
    () => {
      const inner = memoryTransport()
      return { connect: (to, options) => inner.connect(to, options), listen: (at) => inner.listen(at) }
    },
  ],
  [
    'serves the last accept() first',
    'serves accept() calls that wait, in their order',
    'accept(): not within',
    () =>
      breaking((inner) => {
        const waiting: ((connection: Connection) => void)[] = []
        const accept: Accept = () =>
          new Promise((resolve, reject) => {
            waiting.push(resolve)
            inner.accept().then((connection) => waiting.pop()?.(connection), reject)
          })
        return { accept }
      }),
  ],
  [
    'does not listen to the signal of accept()',
    'forgets an accept() whose signal fires, and loses no connection to it',
    'accept(): not within',
    () => breaking((inner) => ({ accept: () => inner.accept() })),
  ],
  [
    'gives up when one connection is cut',
    'is not harmed by a connection that is cut while it waits',
    'the listener is closed',
    () =>
      breaking((inner) => ({
        accept: async (options) => {
          await settled()
          if (inner.pendingConnections > 0) await inner.close()
          return inner.accept(options)
        },
      })),
  ],
  [
    'leaves who waits connected when it closes',
    'close() destroys who waits, rejects accept(), and leaves accepted connections alone',
    'the close of a pending connection: not within',
    () =>
      breaking((inner) => {
        let accepted = false
        return {
          accept: (options) => {
            accepted = true
            return inner.accept(options)
          },
          close: () => (accepted ? Promise.resolve() : inner.close()),
        }
      }),
  ],
  [
    'destroys what it has handed out when it closes',
    'close() destroys who waits, rejects accept(), and leaves accepted connections alone',
    'what lives on: not within',
    () =>
      breaking((inner) => {
        const accepted: Connection[] = []
        return {
          accept: async (options) => {
            const connection = await inner.accept(options)
            accepted.push(connection)
            return connection
          },
          close: () => {
            for (const { stream } of accepted) stream.destroy()
            return inner.close()
          },
        }
      }),
  ],
  [
    'lets accept() wait for ever when it closes',
    'close() rejects accept() calls that wait; a second one does nothing',
    'accept(): not within',
    () =>
      breaking((inner) => ({
        accept: () => inner.accept().catch(() => Promise.withResolvers<never>().promise),
      })),
  ],
  [
    'names the port it was given',
    'has an address that can be connected to, and that is free after close()',
    'port 0 has become a real one',
    () => breaking(() => ({ address: { host: 'memory', port: 0 } })),
  ],
]
