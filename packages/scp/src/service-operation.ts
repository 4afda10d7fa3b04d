import type { AcceptedPresentationContext } from '@dcm/association'
import type {
  ByteSource,
  IncomingResponse,
  Outcome,
  OutgoingDataSet,
  Request,
  RequestToSend,
} from '@dcm/dimse'
import type { Logger } from './logger.ts'
import type { Peer } from './peer.ts'

/** A response without what its request already says; `dataSet` travels with it. */
export type Answer<Rq extends Request = Request> = Omit<Outcome<Rq>, 'hasDataSet'> & {
  readonly dataSet?: OutgoingDataSet
}

/** One operation for a handler: the request, who asks, and ways to answer it and to ask back. */
export interface ServiceOperation<Rq extends Request = Request> {
  readonly request: Rq
  /** The presentation context it came on: abstract syntax, transfer syntax, roles. */
  readonly context: AcceptedPresentationContext
  /** What came with the request. Read it, or leave it: what is left is dropped when the first response goes out. */
  readonly dataSet: IncomingDataSet | undefined
  /**
   * Fires on C-CANCEL (its reason is then an `OperationCancelledError`), on abort and loss of the association, when the handler shows no
   * progress for too long (`TimeoutError`), and when the SCP closes and the time for draining runs out (`ScpClosingError`).
   */
  readonly signal: AbortSignal
  readonly peer: Peer
  readonly logger: Logger
  /** Sends a response now, instead of by what the handler returns. With any status but pending it is the last. */
  readonly respond: (answer: Answer<Rq>) => Promise<void>
  /** Says that the handler gets on with something that the SCP does not see, and begins `handlerTimeoutMs` anew. */
  readonly progress: () => void
  /** Every accepted presentation context, by id. */
  readonly contexts: ReadonlyMap<number, AcceptedPresentationContext>
  /** How many operations the peer takes from us at once (PS3.7 D.3.3.3); 0 = unlimited. More wait their turn. */
  readonly maximumOperationsInvoked: number
  /**
   * Invokes an operation in the reverse direction, on this association: N-EVENT-REPORT, or the C-STORE sub-operations of a C-GET.
   * Resolves when the request is sent; works while the association lasts, also after the last response.
   *
   * @throws UsageError `DCM_ROLE_NOT_NEGOTIATED` when the requestor does not perform it on that context; AssociationAbortedError.
   */
  readonly invoke: (request: RequestToSend, options?: InvokeOptions) => Promise<ReverseInvocation>
}

/** A data set while it arrives. Read it, in batches or run by run, or leave it. */
export interface IncomingDataSet extends ByteSource, AsyncIterable<Uint8Array> {
  /** Whether all of it has arrived, or nothing more will. */
  readonly complete: boolean
  /** Whether there is something of it that nobody has read, nor discarded. */
  readonly unread: boolean
  /** Drops what is left. */
  discard(): void
}

/** An operation that the peer performs for us: its responses, in order, the last one with a status that is not pending. */
export interface ReverseInvocation extends AsyncIterable<IncomingResponse> {
  readonly messageId: number
  /** The next response; undefined after the last. Rejects when the association ended or a timer did. */
  next(): Promise<IncomingResponse | undefined>
  /** C-CANCEL: asks the peer to stop; its last response still comes. */
  cancel(): Promise<void>
}

export interface InvokeOptions {
  /** Default: the one the operation came on. */
  readonly context?: AcceptedPresentationContext
  /** The bytes that travel, written in the transfer syntax of that context; no codec is asked. */
  readonly dataSet?: OutgoingDataSet
}
