import type { SecurityContext, Transport } from '@dcm/transport'

/** A port of ours, and what stands between it and the association. */
export interface Entrance {
  readonly name: string
  readonly port: number
  readonly transport: Transport
  /** How DCMTK's storescu starts, where it can use this port. */
  readonly sender?: string
  /** Reads its credentials anew, for connections to come. When that fails, the old ones stay. */
  readonly reload?: () => Promise<void>
  /** Whether who was authenticated may call under this AE title, on whichever port. */
  readonly mayCall?: (security: readonly SecurityContext[], callingAeTitle: string) => boolean
}
