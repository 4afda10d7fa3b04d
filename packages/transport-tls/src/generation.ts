import type { ConnectionOptions, TLSSocket } from 'node:tls'
import type { Connection, ConnectionRole, PeerIdentity } from '@dcm/transport'
import type { Expiring } from './expiring.ts'
import type { LayeredStream } from './layered-stream.ts'
import type { OwnCertificate } from './own-certificate.ts'

/** Everything one set of credentials makes possible. `rotate()` replaces it whole; a handshake keeps the one it began with. */
export interface Generation {
  readonly certificates: readonly OwnCertificate[]
  readonly expiring: readonly Expiring[]
  /** One handshake as the acceptor. Rejects with Node's error, or a SecurityError. */
  accept(layers: LayeredStream): Promise<TLSSocket>
  /** @throws SecurityError when the credentials are not a requestor's. */
  requestorOptions(connection: Connection): ConnectionOptions
  /** @throws SecurityError unless the peer is proven, or may stay anonymous. */
  verify(socket: TLSSocket, role: ConnectionRole, connection: Connection): PeerIdentity | undefined
}

/** Holds the generation in force. The first handshake loads it, `rotate()` replaces it; a load that fails changes nothing. */
export class CurrentGeneration {
  readonly #load: () => Promise<Generation>
  #current: Promise<Generation> | undefined
  #rotation: Promise<unknown> = Promise.resolve()

  constructor(load: () => Promise<Generation>) {
    this.#load = load
  }

  get(): Promise<Generation> {
    if (this.#current === undefined) {
      const loading = this.#load()
      this.#current = loading
      loading.catch(() => {
        if (this.#current === loading) this.#current = undefined
      })
    }
    return this.#current
  }

  /** One after the other, so that the last call's credentials stay. */
  rotate(): Promise<Generation> {
    const rotation = this.#rotation
      .catch(() => undefined)
      .then(() => this.#load())
      .then((generation) => {
        this.#current = Promise.resolve(generation)
        return generation
      })
    this.#rotation = rotation
    return rotation
  }
}
