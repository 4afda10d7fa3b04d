import type { Association, AssociationEnd } from '@dcm/association'
import {
  type CEchoRsp,
  type CGetRsp,
  type CMoveRsp,
  type CStoreRsp,
  type DimseChannel,
  type NActionRsp,
  type NCreateRsp,
  type NDeleteRsp,
  type NEventReportRsp,
  type NGetRsp,
  type NSetRsp,
} from '@dcm/dimse'
import type { CallOptions } from './calls/call-options.ts'
import { Caller } from './calls/caller.ts'
import type { QueryModel } from './contexts/query-models.ts'
import type { Identifier } from './identifiers/encode-for.ts'
import { BatchBuffers } from './instances/batch-buffers.ts'
import type { InstanceToStore } from './instances/instance.ts'
import type { EventReportHandler } from './reverse/event-report.ts'
import type { InstanceSink } from './reverse/receive-sub-operation.ts'
import { serve } from './reverse/serve.ts'
import { SubOperations } from './reverse/sub-operations.ts'
import { echo } from './services/echo.ts'
import { find, type FindOptions, type Query } from './services/find.ts'
import { get, type GetOptions } from './services/get.ts'
import { move, type MoveOptions } from './services/move.ts'
import {
  type NActionRequest,
  type NCreateRequest,
  type NEventReportRequest,
  type NGetRequest,
  type NSetRequest,
  nAction,
  nCreate,
  nDelete,
  nEventReport,
  nGet,
  nSet,
} from './services/normalized-services.ts'
import type { InstanceReference, NormalizedOptions, NormalizedResult } from './services/normalized.ts'
import type { Retrieval } from './services/retrieval.ts'
import { store, type StoreOptions } from './services/store.ts'

/**
 * An association that we requested, with a method for each DIMSE operation. Every request settles once: with the peer's response,
 * whatever its status says, or with an error that says why there is none.
 */
export class ScuAssociation implements AsyncDisposable {
  /** What the negotiation came to, the connection, the end. */
  readonly association: Association
  readonly #caller: Caller
  readonly #subOperations = new SubOperations()
  readonly #buffers = new BatchBuffers()

  /** @internal */
  constructor(channel: DimseChannel, cancelTimeoutMs: number, onEventReport?: EventReportHandler) {
    this.association = channel.association
    this.#caller = new Caller(channel, cancelTimeoutMs)
    void serve(channel, { onEventReport, subOperations: this.#subOperations })
  }

  /** The server-response of the User Identity sub-item 59H, when one was asked for and came. */
  get userIdentityResponse(): Uint8Array | undefined {
    return this.association.facts.answer.userInformation.userIdentityResponse?.serverResponse
  }

  /**
   * What the peer answered to the SOP class extended negotiation (56H); undefined when it did not, or was not asked (PS3.7 D.3.3.5):
   * then nothing is granted.
   */
  extendedNegotiation(sopClassUid: string): Uint8Array | undefined {
    const [asked, answered] = [this.association.facts.request, this.association.facts.answer].map(
      ({ userInformation }) =>
        userInformation.extendedNegotiations?.find((negotiation) => negotiation.sopClassUid === sopClassUid),
    )
    return asked && answered?.serviceClassApplicationInformation
  }

  /** Whether it is over: nothing can be asked any more. */
  get over(): boolean {
    return this.association.over
  }

  /** Resolves, never rejects, when it is over. */
  get ended(): Promise<AssociationEnd> {
    return this.association.ended
  }

  /** Operations that are waiting, being sent, or not answered yet. */
  get outstandingOperations(): number {
    return this.#caller.outstanding
  }

  /** C-ECHO. */
  echo(options: CallOptions = {}): Promise<CEchoRsp> {
    return echo(this.#caller, options)
  }

  /**
   * C-STORE of a Part 10 file by its path, or of an instance from anywhere. A file is streamed, never held.
   *
   * @throws InstanceError, ContextNotAcceptedError, TransferSyntaxNotAcceptedError: the association goes on
   */
  store(instance: InstanceToStore | string, options: StoreOptions = {}): Promise<CStoreRsp> {
    return store(this.#caller, instance, options, this.#buffers)
  }

  /** C-FIND. It begins when the result is iterated; leaving the loop sends a C-CANCEL. */
  find(model: QueryModel, keys: Identifier, options: FindOptions = {}): Query {
    return find(this.#caller, model, keys, options)
  }

  /** C-MOVE to another AE, by the title under which the peer knows it. It begins when the result is iterated, or asked for its end. */
  move(
    model: QueryModel,
    moveDestination: string,
    keys: Identifier,
    options: MoveOptions = {},
  ): Retrieval<CMoveRsp> {
    return move(this.#caller, model, moveDestination, keys, options)
  }

  /** C-GET into a store. It begins when the result is iterated, or asked for its end. See `contextsForGet()`. */
  get(model: QueryModel, keys: Identifier, sink: InstanceSink, options: GetOptions = {}): Retrieval<CGetRsp> {
    return get(this.#caller, this.#subOperations, model, keys, sink, options)
  }

  /** N-GET; all attributes unless some are named. */
  nGet(request: NGetRequest, options: NormalizedOptions = {}): Promise<NormalizedResult<NGetRsp>> {
    return nGet(this.#caller, request, options)
  }

  /** N-SET. */
  nSet(request: NSetRequest, options: NormalizedOptions = {}): Promise<NormalizedResult<NSetRsp>> {
    return nSet(this.#caller, request, options)
  }

  /** N-ACTION. */
  nAction(request: NActionRequest, options: NormalizedOptions = {}): Promise<NormalizedResult<NActionRsp>> {
    return nAction(this.#caller, request, options)
  }

  /** N-CREATE; the peer chooses a SOP Instance UID when none is given, and says it in its response. */
  nCreate(request: NCreateRequest, options: NormalizedOptions = {}): Promise<NormalizedResult<NCreateRsp>> {
    return nCreate(this.#caller, request, options)
  }

  /** N-DELETE. */
  nDelete(
    request: InstanceReference,
    options: NormalizedOptions = {},
  ): Promise<NormalizedResult<NDeleteRsp>> {
    return nDelete(this.#caller, request, options)
  }

  /** N-EVENT-REPORT, as the SCP of a SOP class whose roles were negotiated so. */
  nEventReport(
    request: NEventReportRequest,
    options: NormalizedOptions = {},
  ): Promise<NormalizedResult<NEventReportRsp>> {
    return nEventReport(this.#caller, request, options)
  }

  /**
   * A-RELEASE, when all operations are answered.
   *
   * @throws AssociationAbortedError when it ended in another way
   */
  async release(): Promise<void> {
    await this.#caller.idle()
    await this.association.release()
  }

  /** A-ABORT. What is outstanding rejects with an AssociationAbortedError, whose `cause` this is. */
  abort(cause?: Error): void {
    this.association.abort(cause)
  }

  /** Releases; if that fails the association is gone all the same, and whoever waited for an answer on it was told. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.release()
    } catch {
      await this.association.closed
    }
  }
}
