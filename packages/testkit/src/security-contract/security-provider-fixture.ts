import type { ConnectionRole, SecurityProvider } from '@dcm/transport'

/** What a provider's author makes: a fresh object at every call. */
export interface SecurityProviderFixture {
  /** An honest side. The acceptor and the requestor trust each other. */
  provider(role: ConnectionRole): SecurityProvider
  /** A side that claims the honest one's name, and has not its key. */
  wrongKey(role: ConnectionRole): SecurityProvider
  /** A side with a name and a key of its own, of which the honest other one knows neither. */
  stranger(role: ConnectionRole): SecurityProvider
  /**
   * The name that the other side has to report of the honest one; undefined when it stays anonymous. Where both roles have one name, a
   * layer that reports its own instead of its peer's is not found out.
   */
  identity(role: ConnectionRole): string | undefined
}

export const roles: readonly ConnectionRole[] = ['acceptor', 'requestor']

export function otherRole(role: ConnectionRole): ConnectionRole {
  return role === 'acceptor' ? 'requestor' : 'acceptor'
}
