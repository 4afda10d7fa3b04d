import type { Connection, SecurityProvider } from '@dcm/transport'
import { greedyStream } from '../greedy-stream.ts'
import { withContext } from './keyed-provider.ts'

type Upgrade = SecurityProvider['upgrade']

export type BreakUpgrade = (upgrade: Upgrade) => Upgrade

const nobodysSignal = new AbortController().signal

/** What only one of them leaves behind is not told from the runner's own; the test clears these. */
export const leakedTimers = new Set<NodeJS.Timeout>()

/** Its upgrade cannot destroy the connection; only its loss does. */
function indestructibly(upgrade: Upgrade): Upgrade {
  return async (connection, role, options) => {
    const { stream } = connection
    const destroy = stream.destroy.bind(stream)
    stream.destroy = (error) => (error ? destroy(error) : stream)
    return upgrade(connection, role, options).finally(() => (stream.destroy = destroy))
  }
}

/** Changes what an honest upgrade resolves to. */
function after(change: (connection: Connection) => Connection): BreakUpgrade {
  return (upgrade) => async (connection, role, options) => change(await upgrade(connection, role, options))
}

/** One handshake after the other. */
function oneAtATime(upgrade: Upgrade): Upgrade {
  let last: Promise<unknown> = Promise.resolve()
  return (connection, role, options) => {
    const next = last.then(() => upgrade(connection, role, options))
    last = next.catch(() => undefined)
    return next
  }
}

/** Each breaks one clause, and is found out by the case named, in these words. */
export const brokenProviders: readonly (readonly [
  clause: number,
  flaw: string,
  foundBy: string,
  says: string,
  breakIt: BreakUpgrade,
])[] = [
  [
    1,
    'rejects with an error of no type',
    'the acceptor refuses a wrong key, and destroys its connection',
    'the upgrade rejected with Error: no',
    (upgrade) => async (connection, role, options) =>
      upgrade(connection, role, options).catch(() => Promise.reject(new Error('no'))),
  ],
  [
    1,
    'leaves a refused connection open',
    'the acceptor refuses a stranger, and destroys its connection',
    'the destroyed connection of a refused upgrade: not within',
    indestructibly,
  ],
  [
    1,
    'forgets the layer below',
    'a layer on the layer adds a second context behind the first',
    'deep-equal',
    after((connection) => ({ ...connection, security: connection.security.slice(-1) })),
  ],
  [
    1,
    'puts itself before the layer below',
    'a layer on the layer adds a second context behind the first',
    'deep-equal',
    after(({ security, ...connection }) => ({
      ...connection,
      security: [...security.slice(-1), ...security.slice(0, -1)],
    })),
  ],
  [
    2,
    'loses what it read past the handshake',
    'words in one chunk with the end of the handshake are read first',
    'the bytes: not within',
    after((connection) => {
      connection.stream.read()
      return connection
    }),
  ],
  [
    3,
    'lets its peer through before it has proven anything',
    'the acceptor is not through when its peer has said half of its handshake',
    'the acceptor was through after',
    (upgrade) => async (connection, role, options) => {
      if (role === 'requestor') return upgrade(connection, role, options)
      upgrade(connection, role, options).catch(() => undefined)
      return Promise.resolve(withContext(connection, 'MODALITY'))
    },
  ],
  [
    4,
    'does not listen to its signal',
    'the acceptor’s signal, while the peer is silent',
    'the refusal: not within',
    (upgrade) => (connection, role) => upgrade(connection, role, { signal: nobodysSignal }),
  ],
  [
    4,
    'keeps listening to its signal',
    'the requestor’s signal, after the handshake, changes nothing',
    'listeners on the signal',
    (upgrade) => (connection, role, options) => {
      options.signal.addEventListener('abort', () => connection.stream.destroy())
      return upgrade(connection, role, options)
    },
  ],
  [
    4,
    'leaves its timer running',
    'aborted upgrades of the acceptor leave no timers',
    '50 aborted upgrades left',
    (upgrade) => (connection, role, options) => {
      leakedTimers.add(setTimeout(() => undefined, 60_000))
      return upgrade(connection, role, options)
    },
  ],
  [
    5,
    'keeps the end to itself',
    'the requestor ends, and hears the late answer',
    'the end: not within',
    after((connection) => {
      connection.stream._final = (done) => {
        done()
      }
      return connection
    }),
  ],
  [
    5,
    'keeps its destruction to itself',
    'the acceptor is destroyed: below it and at its peer all is closed',
    'the close: not within',
    after((connection) => {
      const upper = greedyStream(connection.stream)
      upper._destroy = (error, done) => {
        done(error)
      }
      return { ...connection, stream: upper }
    }),
  ],
  [
    5,
    'takes all that is written',
    'the acceptor waits for a peer that does not read, and loses nothing',
    'bytes were taken though nobody reads',
    after((connection) => ({ ...connection, stream: greedyStream(connection.stream) })),
  ],
  [
    5,
    'keeps the bytes of a write that is done',
    'the requestor is done with the bytes of a write when the write is done',
    'were used after their write',
    after((connection) => ({ ...connection, stream: greedyStream(connection.stream) })),
  ],
  [
    6,
    'does not say who the peer is',
    'who the requestor is, its peer reports',
    'MODALITY',
    after(({ security, ...connection }) => withContext({ ...connection, security: security.slice(0, -1) })),
  ],
  [
    6,
    'says that the peer is somebody else',
    'who the acceptor is, its peer reports',
    'ARCHIVE',
    after(({ security, ...connection }) =>
      withContext({ ...connection, security: security.slice(0, -1) }, 'SOMEBODY'),
    ),
  ],
  [
    7,
    'runs one handshake at a time',
    'an honest peer is through while 1000 others stall',
    'the honest handshake: not within',
    oneAtATime,
  ],
  [
    8,
    'falls back to plain',
    'the acceptor refuses a peer that speaks plain DICOM',
    'the upgrade succeeded; it has to be refused',
    (upgrade) => (connection, role, options) =>
      indestructibly(upgrade)(connection, role, options).catch(() => withContext(connection, 'MODALITY')),
  ],
  [
    8,
    'calls confidential what is plain',
    'a confidential layer shows nothing on the line',
    'the line shows what the acceptor wrote',
    after(({ security, ...connection }) => ({
      ...connection,
      security: security.map((context) => ({ ...context, confidential: true })),
    })),
  ],
]
