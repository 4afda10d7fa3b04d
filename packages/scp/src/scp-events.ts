import { channel } from 'node:diagnostics_channel'
import { type AeTitle, type AssociationEnd, printable, type Rejection } from '@dcm/association'
import type { Operation } from '@dcm/dimse'
import { formatAddress, type NetworkAddress } from '@dcm/transport'
import type { Refusal, RefusalReason } from './admission/refusal.ts'
import type { Logger } from './logger.ts'
import type { Peer } from './peer.ts'
import type { Scp } from './scp.ts'
import { StatusError } from './status-error.ts'

interface ScpMessage {
  /** Which one, where a process has several. */
  readonly scp: Scp
}

/** Published on `dcm:scp:association-accepted`. */
export interface AssociationAcceptedMessage extends ScpMessage {
  readonly peer: Peer
  readonly acceptedContexts: number
  /** What it proposed besides, and why it was refused. */
  readonly refusedContexts: readonly RefusedContext[]
}

/** A presentation context that was not accepted. */
export interface RefusedContext {
  /** As it was proposed. */
  readonly abstractSyntax: string
  /** In words, for a person; what the peer sent is escaped and shortened. */
  readonly reason: string
}

/** Published on `dcm:scp:association-rejected`: a request that the SCP did not want. */
export interface AssociationRejectedMessage extends ScpMessage {
  readonly associationId: number
  readonly callingAeTitle: AeTitle
  readonly calledAeTitle: AeTitle
  readonly remote: NetworkAddress
  readonly reason: RefusalReason
  readonly rejection: Rejection
  /** What broke, where a rule or a look-up did. */
  readonly error?: unknown
  /** What was wrong with the user identity. */
  readonly userIdentity?: string
}

/** Published on `dcm:scp:association-ended`: an association that was accepted is over, and so are its operations. */
export interface AssociationEndedMessage extends ScpMessage {
  readonly peer: Peer
  readonly end: AssociationEnd
  /** Operations that were answered, and those that failed in their handler. */
  readonly performed: number
  readonly failed: number
  readonly durationMs: number
}

/** Published on `dcm:scp:operation-ended`: its handler has ended or is not waited for any more, and it has its last response, or never will. */
export interface OperationEndedMessage extends ScpMessage {
  readonly peer: Peer
  readonly command: Operation['command']['type']
  readonly messageId: number | undefined
  readonly abstractSyntax: string
  /** Of the last response; absent when there was none. */
  readonly status?: number
  /** Why it failed. What handlers throw is theirs. */
  readonly error?: unknown
  readonly durationMs: number
}

const accepted = channel('dcm:scp:association-accepted')
const rejected = channel('dcm:scp:association-rejected')
const ended = channel('dcm:scp:association-ended')
const operationEnded = channel('dcm:scp:operation-ended')

/** Tells what happens, once: to who listens on the channels, and to the log. */
export class ScpEvents {
  readonly logger: Logger
  readonly #scp: Scp

  constructor(scp: Scp, logger: Logger) {
    this.#scp = scp
    this.logger = logger
  }

  accepted(event: Omit<AssociationAcceptedMessage, 'scp'>): void {
    if (accepted.hasSubscribers) {
      accepted.publish({ scp: this.#scp, ...event } satisfies AssociationAcceptedMessage)
    }
    const { peer, acceptedContexts } = event
    this.logger.info(
      { ...describe({ ...peer, remote: peer.connection.remote }), acceptedContexts },
      'association accepted',
    )
  }

  rejected(request: Requestor, { reason, rejection, error, userIdentity }: Refusal): void {
    const why = { reason, rejection, ...(userIdentity !== undefined && { userIdentity }) }
    if (rejected.hasSubscribers) {
      rejected.publish({
        scp: this.#scp,
        ...request,
        ...why,
        ...(error !== undefined && { error }),
      } satisfies AssociationRejectedMessage)
    }
    const who = describe(request)
    if (error !== undefined) {
      this.logger.error({ ...who, err: error }, 'an association could not be decided on')
      return
    }
    const fields = { ...who, ...rejection, why: reason, ...(userIdentity !== undefined && { userIdentity }) }
    // Of who asks too often; those count, and are not worth a line in a log each.
    this.logger[reason === 'rate' ? 'debug' : 'warn'](fields, 'association rejected')
  }

  ended(event: Omit<AssociationEndedMessage, 'scp'>): void {
    if (ended.hasSubscribers) ended.publish({ scp: this.#scp, ...event } satisfies AssociationEndedMessage)
    const { peer, end, performed, failed } = event
    const why = end.kind === 'aborted' ? { code: end.error.code, reason: end.error.message } : {}
    this.logger.info(
      { associationId: peer.associationId, performed, failed, end: end.kind, ...why },
      'association ended',
    )
  }

  /** Whether anybody wants to know of operations that did not fail. */
  get hearsOperations(): boolean {
    return operationEnded.hasSubscribers
  }

  operationEnded(event: Omit<OperationEndedMessage, 'scp'>): void {
    if (operationEnded.hasSubscribers) {
      operationEnded.publish({ scp: this.#scp, ...event } satisfies OperationEndedMessage)
    }
    const { peer, command, error } = event
    if (error === undefined) return
    const fields = { err: error, associationId: peer.associationId, command }
    if (error instanceof StatusError) this.logger.warn(fields, 'an operation was refused')
    else this.logger.error(fields, 'an operation failed')
  }
}

/** Who asked for an association. */
export type Requestor = Pick<
  AssociationRejectedMessage,
  'associationId' | 'callingAeTitle' | 'calledAeTitle' | 'remote'
>

function describe({ associationId, remote, callingAeTitle, calledAeTitle }: Requestor): object {
  return {
    associationId,
    remote: formatAddress(remote),
    callingAeTitle: printable(callingAeTitle),
    calledAeTitle: printable(calledAeTitle),
  }
}
