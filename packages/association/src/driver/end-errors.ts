import type { Abort } from '@dcm/pdu'
import { type Connection, TimeoutError } from '@dcm/transport'
import { abortWords } from '../describe/index.ts'
import type { AssociationRole } from '../machine/index.ts'
import { AssociationAbortedError } from './errors.ts'

/** We sent this A-ABORT. */
export function abortedByUs(
  abort: Pick<Abort, 'source' | 'reason'>,
  cause: Error | undefined,
): AssociationAbortedError {
  return new AssociationAbortedError(`the association was aborted (${abortWords(abort)})${because(cause)}`, {
    code: 'DCM_ABORTED',
    origin: 'local',
    source: abort.source,
    reason: abort.reason,
    cause,
  })
}

export function abortedByPeer(abort: Abort): AssociationAbortedError {
  return new AssociationAbortedError(`the peer aborted the association (${abortWords(abort)})`, {
    code: 'DCM_ABORTED_BY_PEER',
    origin: 'peer',
    source: abort.source,
    reason: abort.reason,
  })
}

/**
 * PS3.8 7.2: what is asked of an association that was released, or was under way there, has no result. Also for layers above, where an
 * operation ends.
 *
 * @param origin who asked for the release
 */
export function associationReleased(origin: 'local' | 'peer'): AssociationAbortedError {
  return new AssociationAbortedError('the association was released', { code: 'DCM_ABORTED', origin })
}

/** What is known of a transport connection that ended, or was given up, without a release. */
export interface LostConnection {
  readonly role: AssociationRole
  readonly connection: Connection
  /** The peer sent nothing, ever. */
  readonly silent: boolean
  /** Why we gave it up. */
  readonly cause: Error | undefined
  /** What the transport said. */
  readonly transportError: Error | undefined
}

/** PS3.8 7.4: an A-P-ABORT that nobody sent. */
export function connectionLost(lost: LostConnection): AssociationAbortedError {
  const { role, silent, cause, transportError } = lost
  if (silent && !cause && role === 'acceptor') {
    return new AssociationAbortedError('the connection was closed before anything was received', {
      code: 'DCM_NO_ASSOCIATION',
      origin: 'connection-lost',
      cause: transportError,
    })
  }
  return new AssociationAbortedError(
    `the transport connection was closed without a release${because(cause ?? transportError)}${hint(lost)}`,
    {
      code: 'DCM_CONNECTION_LOST',
      origin: cause instanceof TimeoutError ? 'local' : 'connection-lost',
      cause: cause ?? transportError,
    },
  )
}

/** A signal's reason may be anything, and OpenSSL's words end their line. */
function because(cause: unknown): string {
  const words = cause instanceof Error ? cause.message : cause
  return typeof words === 'string' ? `: ${words.trimEnd()}` : ''
}

/** RFC 8446 4.4.2: the server judges our certificate when the handshake is over for us already. */
function hint({ role, silent, connection: { security } }: LostConnection): string {
  const overTls13 = security.some(({ protocol }) => protocol === 'TLSv1.3')
  return role === 'requestor' && silent && overTls13
    ? '; over TLS 1.3 a close before the A-ASSOCIATE-AC is how a peer leaves that rejects our certificate'
    : ''
}
