import type { Association, AssociationEnd } from '@dcm/association'
import { type CEchoRsp, type CStoreRsp, DimseChannel } from '@dcm/dimse'
import type { CallDefaults, CallOptions } from './calls/call-options.ts'
import { Caller } from './calls/caller.ts'
import type { QueryModel } from './contexts/query-models.ts'
import type { Identifier } from './identifiers/encode-for.ts'
import type { InstanceToStore } from './instances/instance.ts'
import type { EventReportHandler } from './reverse/event-report.ts'
import { serve } from './reverse/serve.ts'
import { SubOperations } from './reverse/sub-operations.ts'
import { echo } from './services/echo.ts'
import { find, type FindOptions, type Query } from './services/find.ts'
import { store, type StoreOptions } from './services/store.ts'

/** Longer than any timer that Node takes: this layer has timers of its own for each operation. */
const longestTimeoutMs = 2_147_483_647

/**
 * An association that we requested, with a method for each DIMSE operation. Every request settles once: with the peer's response,
 * whatever its status says, or with an error that says why there is none.
 */
export class ScuAssociation implements AsyncDisposable {
  /** What the negotiation came to, the connection, the end. */
  readonly association: Association
  readonly #caller: Caller
  readonly #subOperations = new SubOperations()

  /** @internal */
  constructor(association: Association, defaults: CallDefaults, onEventReport?: EventReportHandler) {
    const channel = new DimseChannel(association, { responseTimeoutMs: longestTimeoutMs })
    this.association = association
    this.#caller = new Caller(channel, defaults)
    void serve(channel, { onEventReport, subOperations: this.#subOperations })
  }

  /** The server-response of the User Identity sub-item 59H, when one was asked for and came. */
  get userIdentityResponse(): Uint8Array | undefined {
    return this.association.facts.answer.userInformation.userIdentityResponse?.serverResponse
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
    return store(this.#caller, instance, options)
  }

  /** C-FIND. It begins when the result is iterated; leaving the loop sends a C-CANCEL. */
  find(model: QueryModel, keys: Identifier, options: FindOptions = {}): Query {
    return find(this.#caller, model, keys, options)
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
