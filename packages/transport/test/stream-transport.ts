import { duplexPair } from 'node:stream'
import { AcceptQueue, type Connection, type Listener, type Transport } from '@dcm/transport'

/** A transport of stream pairs, with a listener that tests look into. */
export class StreamTransport implements Transport {
  readonly address = { host: 'streams', port: 104 }
  readonly queue = new AcceptQueue(128)
  /** The acceptor's ends, in the order of connects. */
  readonly acceptors: Connection[] = []

  connect(): Promise<Connection> {
    const [requestor, acceptor] = duplexPair()
    const ends = { local: this.address, remote: this.address, security: [] }
    const accepted: Connection = { stream: acceptor, ...ends }
    this.acceptors.push(accepted)
    if (!this.queue.offer(accepted)) acceptor.destroy()
    return Promise.resolve({ stream: requestor, ...ends })
  }

  listen(): Promise<Listener> {
    const { queue, address } = this
    const close = (): Promise<void> => {
      queue.close()
      return Promise.resolve()
    }
    return Promise.resolve({
      address,
      get pendingConnections() {
        return queue.size
      },
      accept: ({ signal } = {}) => queue.take(signal),
      close,
      [Symbol.asyncDispose]: close,
    })
  }
}
