import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { type Connection, type ConnectionRole, SecurityError, type SecurityProvider } from '@dcm/transport'
import { until } from '../until.ts'
import { within } from '../within.ts'
import { otherRole, roles, type SecurityProviderFixture } from './security-provider-fixture.ts'
import { Wire } from '../wire.ts'

const nobodysSignal = new AbortController().signal

/** Both ends, above the layer. */
export type SecuredEnds = Readonly<Record<ConnectionRole, Connection>>

/** What the cases of a provider are made with. */
export class SecurityBench {
  readonly fixture: SecurityProviderFixture
  readonly waitMs: number

  constructor(fixture: SecurityProviderFixture, waitMs: number) {
    this.fixture = fixture
    this.waitMs = waitMs
  }

  /** Runs with a wire, and leaves nothing of it. */
  async with(wire: Wire, body: (wire: Wire) => Promise<void>): Promise<void> {
    try {
      await body(wire)
    } finally {
      wire.destroy()
    }
  }

  upgrade(
    connection: Connection,
    role: ConnectionRole,
    { provider = this.fixture.provider(role), signal = nobodysSignal }: UpgradeOptions = {},
  ): Promise<Connection> {
    const upgrade = provider.upgrade(connection, role, { signal })
    // Looked at later, if at all.
    upgrade.catch(() => undefined)
    return upgrade
  }

  /** Both honest sides, upgraded. `onSecured` is called as soon as a side is through. */
  async secure(
    wire: Wire,
    onSecured: (connection: Connection) => void = () => undefined,
  ): Promise<SecuredEnds> {
    const side = async (role: ConnectionRole): Promise<Connection> => {
      const connection = await this.upgrade(wire[role], role)
      onSecured(connection)
      return connection
    }
    const both = Promise.all([side('acceptor'), side('requestor')])
    const [acceptor, requestor] = await this.within('the handshake', both)
    return { acceptor, requestor }
  }

  /** How many bytes this side has to hear before it is through. */
  async handshakeBytes(role: ConnectionRole): Promise<number> {
    const other = otherRole(role)
    let bytes = 0
    await this.with(new Wire(), async (wire) => {
      const through = this.upgrade(wire[role], role).then(() => {
        bytes = wire.sentBytes(other)
      })
      await this.within('the handshake', Promise.all([through, this.upgrade(wire[other], other)]))
    })
    return bytes
  }

  within<T>(what: string, wait: Promise<T>): Promise<T> {
    return within(this.waitMs, what, wait)
  }

  /** The upgrade rejects with a SecurityError of the layer, and its connection is destroyed. */
  async refused(upgrade: Promise<Connection>, { stream }: Connection): Promise<SecurityError> {
    const error = await this.within(
      'the refusal',
      upgrade.then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    )
    assert.ok(error !== undefined, 'the upgrade succeeded; it has to be refused')
    assert.ok(error instanceof SecurityError, `the upgrade rejected with ${inspect(error)}, no SecurityError`)
    await until(this.waitMs, 'the destroyed connection of a refused upgrade', () => stream.destroyed)
    return error
  }
}

interface UpgradeOptions {
  readonly provider?: SecurityProvider
  readonly signal?: AbortSignal
}

/** What has to hold, by what it says. */
export type SecurityCases = Readonly<Record<string, (bench: SecurityBench) => Promise<void>>>

/** Cases that hold for either side. */
export function perRole(cases: (role: ConnectionRole) => SecurityCases): SecurityCases {
  return Object.assign({}, ...roles.map(cases)) as SecurityCases
}
