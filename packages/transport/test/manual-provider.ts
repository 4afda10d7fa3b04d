import { type Connection, type ConnectionRole, SecurityError, type SecurityProvider } from '@dcm/transport'

interface Handshake {
  readonly connection: Connection
  readonly role: ConnectionRole
  readonly signal: AbortSignal
  readonly succeed: () => void
  readonly fail: (error: Error) => void
}

/** A provider whose handshakes end when the test says so. */
export class ManualProvider implements SecurityProvider {
  readonly profile: string
  readonly handshakes: Handshake[] = []
  /** One that does not listen to its signal breaks clause 4. */
  readonly #listens: boolean

  constructor(profile = 'manual', { listens = true } = {}) {
    this.profile = profile
    this.#listens = listens
  }

  upgrade(
    connection: Connection,
    role: ConnectionRole,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        connection.stream.destroy()
        reject(error)
      }
      if (this.#listens) {
        signal.addEventListener('abort', () => {
          const cause: unknown = signal.reason
          fail(new SecurityError('aborted', { code: 'DCM_MANUAL_ABORTED', profile: this.profile, cause }))
        })
      }
      const context = { profile: this.profile, protocol: 'manual/1', confidential: false }
      const succeed = (): void => {
        resolve({ ...connection, security: [...connection.security, context] })
      }
      this.handshakes.push({ connection, role, signal, succeed, fail })
    })
  }

  /** The handshake with this number, of those begun so far. */
  at(index: number): Handshake {
    const handshake = this.handshakes[index]
    if (!handshake)
      throw new Error(`${String(this.handshakes.length)} handshakes have begun, not ${String(index + 1)}`)
    return handshake
  }
}
