import { setImmediate } from 'node:timers/promises'
import type { Connection, Listener, NetworkAddress, Transport } from '@dcm/transport'
import { within } from '../within.ts'

/** Made anew for each case. */
export interface TransportFixture {
  readonly transport: Transport
  /** Where to listen: port 0, or a path that nobody uses. */
  readonly at: NetworkAddress
  /** After the case, whether it passed or not. */
  readonly dispose?: () => Promise<void>
}

/** What a case works with. */
export interface TransportCase {
  readonly transport: Transport
  readonly at: NetworkAddress
  readonly waitMs: number
}

/** Both ends of a connection, and the listener between. */
export interface ConnectedEnds {
  readonly listener: Listener
  readonly requestor: Connection
  readonly acceptor: Connection
}

/** Runs a case over a connection, and leaves nothing open. */
export async function withConnection(
  { transport, at, waitMs }: TransportCase,
  run: (ends: ConnectedEnds) => Promise<void>,
): Promise<void> {
  await using listener = await transport.listen(at)
  const connecting = Promise.all([transport.connect(listener.address), listener.accept()])
  const [requestor, acceptor] = await within(waitMs, 'a connection on both sides', connecting)
  try {
    await run({ listener, requestor, acceptor })
  } finally {
    await discard(requestor, acceptor)
  }
}

/** Runs a case over a fresh fixture. */
export async function withFixture(
  fixture: () => TransportFixture | Promise<TransportFixture>,
  waitMs: number,
  run: (given: TransportCase) => Promise<void>,
): Promise<void> {
  const { transport, at, dispose } = await fixture()
  try {
    await run({ transport, at, waitMs })
  } finally {
    await dispose?.()
  }
}

export async function discard(...connections: readonly Connection[]): Promise<void> {
  for (const { stream } of connections) stream.destroy()
  // What they still have to say is said before the next case.
  await setImmediate()
}
