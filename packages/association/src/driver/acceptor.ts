import {
  type AeTitle,
  type AssociateAc,
  type AssociateRq,
  implementationClassUid,
  implementationVersionName,
  parseAeTitle,
  type Rejection,
  UsageError,
} from '@dcm/pdu'
import { type Connection, requireSignal } from '@dcm/transport'
import { rejectionWords } from '../describe/index.ts'
import type { NegotiationResult } from '../negotiation/index.ts'
import { agreedWindow } from '../negotiation/operations-window.ts'
import { Association } from './association.ts'
import { Deadline } from './deadline.ts'
import { AssociationRejectedError } from './errors.ts'
import { type AssociationOptions, resolveOptions } from './options.ts'
import { type AssociationEnd, type AttemptEnd, UpperLayer } from './upper-layer.ts'

/** An A-ASSOCIATE-RQ that waits for our decision (PS3.8 7.1, A-ASSOCIATE indication). */
export interface AssociationIndication {
  readonly id: number
  readonly connection: Connection
  readonly request: AssociateRq
  readonly callingAeTitle: AeTitle
  readonly calledAeTitle: AeTitle
  /** Fires with the reason when the peer left, or the decision took too long: nothing is left to decide. */
  readonly signal: AbortSignal
  /**
   * Sends the A-ASSOCIATE-AC.
   *
   * @throws AssociationAbortedError when the peer has left, TimeoutError when the decision came too late; UsageError for an answer
   * that cannot be sent, which leaves the request undecided.
   */
  accept(negotiated: NegotiationResult, options?: AcceptOptions): Promise<Association>
  /** Sends the A-ASSOCIATE-RJ. Harmless when the peer has left. @throws UsageError for one that cannot be sent, as `accept`. */
  reject(rejection: Rejection): void
  /** A-ABORT instead of an answer. */
  abort(cause?: Error): void
  /** Resolves when the transport is closed. */
  readonly closed: Promise<undefined>
}

export interface AcceptOptions {
  /** 59H, sent only when the request asked for a positive response; empty to user identity types 1 and 2 (PS3.7 D.3.3.7.2). */
  readonly userIdentityResponse?: Uint8Array
}

/** Congestion at our side; the peer may try again (PS3.8 Table 9-21). */
const tooLate: Rejection = { result: 2, source: 3, reason: 1 }

/**
 * Takes a connection and waits for its A-ASSOCIATE-RQ, under ARTIM. What the standard lets the provider refuse — protocol version,
 * application context, impossible AE titles — is refused here. It owns the connection from now on.
 *
 * @throws TimeoutError `artim`, PduDecodeError, ForeignProtocolError, AssociationRejectedError (by us), AssociationAbortedError; its
 * code is `DCM_NO_ASSOCIATION` when the peer closed without having sent a byte, as a load balancer's probe does. UsageError for
 * options out of range, the signal's reason.
 */
export async function receiveAssociation(
  connection: Connection,
  options: AssociationOptions & { readonly signal?: AbortSignal } = {},
): Promise<AssociationIndication> {
  let acceptor: Acceptor
  try {
    // Before there is a promise that nobody would get.
    requireSignal(options.signal)
    acceptor = new Acceptor(connection, options)
  } catch (error) {
    connection.stream.destroy()
    throw error
  }
  return acceptor.indication
}

class Acceptor {
  readonly #upperLayer: UpperLayer
  readonly #indication = Promise.withResolvers<AssociationIndication>()
  readonly #decision: Deadline
  readonly #gone = new AbortController()
  #request: AssociateRq | undefined
  #association: Association | undefined

  constructor(connection: Connection, options: AssociationOptions & { readonly signal?: AbortSignal }) {
    const resolved = resolveOptions(options)
    this.#decision = new Deadline('decision', resolved.decisionTimeoutMs, resolved.clock, (error) => {
      this.#gone.abort(error)
      // Who listens to the signal may have answered just now.
      if (this.#upperLayer.state === 'Sta3') this.#upperLayer.reject({ type: 'A-ASSOCIATE-RJ', ...tooLate })
    })
    this.#upperLayer = new UpperLayer(connection, 'acceptor', resolved, {
      associateIndication: (request) => {
        this.#indicate(request)
      },
      data: (fragment) => this.#association?.onData(fragment),
      releaseIndication: () => this.#association?.onReleaseIndication(),
      ended: (end) => {
        this.#ended(end)
      },
    })
    this.#upperLayer.awaitRequest()
    const { signal } = options
    if (signal) {
      const stop = (): void => {
        this.#indication.reject(signal.reason)
        this.#upperLayer.abort(signal.reason as Error)
      }
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop, { once: true })
      const forget = (): void => {
        signal.removeEventListener('abort', stop)
      }
      this.#indication.promise.then(forget, forget)
    }
  }

  get indication(): Promise<AssociationIndication> {
    return this.#indication.promise
  }

  #indicate(request: AssociateRq): void {
    this.#request = request
    this.#decision.start()
    const upperLayer = this.#upperLayer
    this.#indication.resolve({
      id: upperLayer.id,
      connection: upperLayer.connection,
      request,
      callingAeTitle: parseAeTitle(request.callingAeTitle),
      calledAeTitle: parseAeTitle(request.calledAeTitle),
      signal: this.#gone.signal,
      accept: (negotiated, options = {}) =>
        new Promise((resolve) => {
          resolve(this.#accept(negotiated, options))
        }),
      reject: (rejection) => {
        if (upperLayer.state !== 'Sta3') return
        upperLayer.reject({ type: 'A-ASSOCIATE-RJ', ...rejection })
      },
      abort: (cause) => {
        upperLayer.abort(cause)
      },
      closed: upperLayer.closed,
    })
  }

  #accept(negotiated: NegotiationResult, options: AcceptOptions): Association {
    const request = this.#request
    if (!request || this.#association)
      throw new UsageError('the association was answered already', 'DCM_ANSWERED_TWICE')
    if (this.#gone.signal.aborted) throw this.#gone.signal.reason
    requireNegotiated(negotiated)
    const answer = this.#answer(request, negotiated, options)
    const window = agreedWindow(
      request.userInformation.asynchronousOperationsWindow,
      answer.userInformation.asynchronousOperationsWindow,
    )
    const contexts = new Map(negotiated.accepted.map((context) => [context.presentationContextId, context]))
    this.#upperLayer.accept(answer)
    this.#decision.stop()
    this.#association = new Association(this.#upperLayer, {
      request,
      answer,
      contexts,
      peerMaximumLength: request.userInformation.maximumLength ?? 0,
      // What the requestor may invoke is what we perform (PS3.7 D.3.3.3.2).
      asynchronousOperationsWindow: { invoked: window.performed, performed: window.invoked },
    })
    return this.#association
  }

  #answer(request: AssociateRq, negotiated: NegotiationResult, options: AcceptOptions): AssociateAc {
    const { userIdentity } = request.userInformation
    return {
      type: 'A-ASSOCIATE-AC',
      protocolVersion: 1,
      // PS3.8 Table 9-17: the fields return what was received.
      calledAeTitle: request.calledAeTitle,
      callingAeTitle: request.callingAeTitle,
      ...(request.echoedFields && { echoedFields: request.echoedFields }),
      applicationContextName: request.applicationContextName,
      presentationContexts: negotiated.presentationContexts,
      userInformation: {
        ...negotiated.userInformation,
        maximumLength: this.#upperLayer.options.maximumLengthBytes,
        implementationClassUid,
        implementationVersionName,
        ...(userIdentity?.positiveResponseRequested && options.userIdentityResponse
          ? {
              userIdentityResponse: {
                // PS3.7 Table D.3-15: of zero length when the type is 1 or 2.
                serverResponse:
                  userIdentity.userIdentityType > 2 ? options.userIdentityResponse : new Uint8Array(0),
              },
            }
          : {}),
      },
    }
  }

  #ended(end: AssociationEnd): void {
    this.#decision.stop()
    if (this.#association || end.kind === 'released') {
      this.#association?.onEnd(end)
      return
    }
    const error = attemptError(end)
    this.#gone.abort(error)
    this.#indication.reject(error)
  }
}

/** From JavaScript: the policy itself, for example. */
function requireNegotiated(negotiated: NegotiationResult): void {
  const { presentationContexts, accepted } = Object(negotiated) as Partial<NegotiationResult>
  if (Array.isArray(presentationContexts) && Array.isArray(accepted)) return
  throw new UsageError(
    'accept() needs what was negotiated; allowed is what a policy gives for the request: acceptorPolicy(policy)(request)',
    'DCM_OPTION',
  )
}

function attemptError(end: AttemptEnd): Error {
  if (end.kind === 'rejected') {
    const words = rejectionWords(end.rejection)
    return new AssociationRejectedError(`the association request was refused: ${words}`, end.rejection)
  }
  const { error } = end
  return error.origin === 'local' && error.cause instanceof Error ? error.cause : error
}
