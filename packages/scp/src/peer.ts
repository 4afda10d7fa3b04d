import type { AeTitle, UserPrincipal } from '@dcm/association'
import type { Connection } from '@dcm/transport'

/** Who is at the other end, as far as it is known. */
export interface Peer {
  readonly associationId: number
  readonly callingAeTitle: AeTitle
  readonly calledAeTitle: AeTitle
  /** Addresses, and in `security` what each layer authenticated. */
  readonly connection: Connection
  /** The user whose identity was verified (PS3.7 D.3.3.7), when one was given and `identity` is set. */
  readonly principal?: UserPrincipal
}
