import {
  type AssociateAc,
  type AssociateRq,
  DicomApplicationContext,
  implementationClassUid,
  implementationVersionName,
  parseAeTitle,
  type ProposedPresentationContext,
  type UserInformation,
} from '@dcm/pdu'
import { type Connection, requireSignal, TimeoutError } from '@dcm/transport'
import { rejectionWords } from '../describe/index.ts'
import { interpretAnswer } from '../negotiation/index.ts'
import { Association } from './association.ts'
import { Deadline } from './deadline.ts'
import { AssociationRejectedError } from './errors.ts'
import { type AssociationOptions, resolveOptions } from './options.ts'
import { type AssociationEnd, type AttemptEnd, UpperLayer } from './upper-layer.ts'

/** What to ask for. */
export interface AssociationRequest {
  readonly callingAeTitle: string
  readonly calledAeTitle: string
  readonly presentationContexts: readonly ProposedPresentationContext[]
  /** Sub-items to propose besides the maximum length and our implementation's names, which the association adds. */
  readonly userInformation?: Omit<
    UserInformation,
    'maximumLength' | 'implementationClassUid' | 'implementationVersionName'
  >
}

/**
 * Requests an association over a connection that is there, and secured if it shall be. It owns the connection from
 * now on; whatever this rejects with, the connection ends.
 *
 * @throws AssociationRejectedError, AssociationAbortedError (with the signal's reason as its cause, when that fired), TimeoutError
 * `association-response`, UsageError for a request that cannot be sent or options out of range; the signal's reason itself when
 * it had fired before, and nothing was asked.
 */
export async function requestAssociation(
  connection: Connection,
  request: AssociationRequest,
  options: AssociationOptions & { readonly signal?: AbortSignal } = {},
): Promise<Association> {
  let requestor: Requestor
  try {
    requireSignal(options.signal)
    options.signal?.throwIfAborted()
    requestor = new Requestor(connection, request, options)
  } catch (error) {
    connection.stream.destroy()
    throw error
  }
  return requestor.established
}

class Requestor {
  readonly #established = Promise.withResolvers<Association>()
  readonly #upperLayer: UpperLayer
  readonly #request: AssociateRq
  readonly #response: Deadline
  #association: Association | undefined

  constructor(
    connection: Connection,
    request: AssociationRequest,
    options: AssociationOptions & { readonly signal?: AbortSignal },
  ) {
    const resolved = resolveOptions(options)
    this.#response = new Deadline(
      'association-response',
      resolved.associationResponseTimeoutMs,
      resolved.clock,
      (error) => {
        this.#upperLayer.abort(error)
      },
    )
    this.#upperLayer = new UpperLayer(connection, 'requestor', resolved, {
      associateConfirmation: (answer) => {
        this.#confirmed(answer)
      },
      data: (fragment) => this.#association?.onData(fragment),
      releaseIndication: () => this.#association?.onReleaseIndication(),
      ended: (end) => {
        this.#ended(end)
      },
    })
    this.#request = {
      type: 'A-ASSOCIATE-RQ',
      protocolVersion: 1,
      callingAeTitle: parseAeTitle(request.callingAeTitle),
      calledAeTitle: parseAeTitle(request.calledAeTitle),
      applicationContextName: DicomApplicationContext,
      presentationContexts: request.presentationContexts,
      userInformation: {
        ...request.userInformation,
        maximumLength: resolved.maximumLengthBytes,
        implementationClassUid,
        implementationVersionName,
      },
    }
    const { signal } = options
    this.#upperLayer.request(this.#request)
    // The connection may have been gone already.
    if (this.#upperLayer.state === 'Sta5') this.#response.start()
    if (!signal) return
    const stop = (): void => {
      this.#upperLayer.abort(signal.reason as Error)
    }
    const forget = (): void => {
      signal.removeEventListener('abort', stop)
    }
    signal.addEventListener('abort', stop, { once: true })
    this.#established.promise.then(forget, forget)
  }

  get established(): Promise<Association> {
    return this.#established.promise
  }

  #confirmed(answer: AssociateAc): void {
    this.#response.stop()
    const { contexts, asynchronousOperationsWindow, violations } = interpretAnswer(this.#request, answer)
    if (violations.length > 0) {
      const error = new AnswerError(violations)
      // PS3.7 A.1: an A-ABORT request, where the application context is one in which we cannot operate.
      if (answer.applicationContextName !== this.#request.applicationContextName)
        this.#upperLayer.abort(error)
      // PS3.8 9.3.3.2: an answer to what was not asked is no valid PDU.
      else this.#upperLayer.providerAbort(error, 6)
      return
    }
    this.#association = new Association(this.#upperLayer, {
      request: this.#request,
      answer,
      contexts,
      peerMaximumLength: answer.userInformation.maximumLength ?? 0,
      asynchronousOperationsWindow,
    })
    this.#established.resolve(this.#association)
  }

  #ended(end: AssociationEnd): void {
    this.#response.stop()
    if (this.#association || end.kind === 'released') this.#association?.onEnd(end)
    else this.#established.reject(attemptError(end))
  }
}

/** The A-ASSOCIATE-AC does not answer what was asked. */
class AnswerError extends Error {
  override readonly name = 'AnswerError'
  readonly code = 'DCM_ANSWER_INVALID'

  constructor(violations: readonly string[]) {
    super(`the A-ASSOCIATE-AC does not fit the request: ${violations.join('; ')}`)
  }
}

function attemptError(end: AttemptEnd): Error {
  if (end.kind === 'rejected') {
    const words = rejectionWords(end.rejection)
    return new AssociationRejectedError(`the peer refused the association: ${words}`, end.rejection)
  }
  const { error } = end
  // Our own timer is told as what it is.
  return error.origin === 'local' && error.cause instanceof TimeoutError ? error.cause : error
}
