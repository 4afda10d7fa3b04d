import type { TransferSyntaxOrder, Uid } from '@dcm/association'
import {
  type ByteSource,
  type CommandOf,
  isRegistered,
  type SopClassWith,
  statusCategory,
  statuses,
  storageSopClasses,
  storeFailureStatus,
  transferSyntaxUids,
} from '@dcm/dimse'
import type { Peer } from '../peer.ts'
import type { Answer, ServiceOperation } from '../service-operation.ts'
import type { Service } from '../service.ts'
import { StatusError } from '../status-error.ts'
import { type SopClassOptions, supportedSopClasses } from './supported-sop-classes.ts'

/**
 * Where received instances go: any object store whose `put` resolves when the instance is kept. A `StatusError` that it throws
 * is the answer; one with a warning, such as B000H for coerced elements (PS3.4 B.2.3), says that the instance is kept all the same.
 */
export interface StorageTarget {
  put(instance: ReceivedInstance): Promise<unknown>
}

/** A SOP instance while it arrives. */
export interface ReceivedInstance {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly transferSyntaxUid: string
  readonly callingAeTitle: string
  readonly calledAeTitle: string
  /** Who sends it. */
  readonly peer: Peer
  /** Of whom the C-MOVE came that this C-STORE serves, if it says so (PS3.7 9.1.1.1); for who hands it on. */
  readonly moveOriginator?: { readonly aeTitle: string; readonly messageId: number }
  /** The data set's bytes as they were sent. */
  readonly dataSet: ByteSource
  /** Fires when the association is over: the rest will not come. */
  readonly signal: AbortSignal
}

export interface StorageOptions {
  readonly store: StorageTarget
  /** Keywords of storage SOP classes; private ones as UIDs. Default: all of PS3.6, retired ones included. */
  readonly sopClasses?: readonly (SopClassWith<'C-STORE'> | Uid)[]
  /** Take abstract syntaxes that PS3.6 does not know, private ones among them. Default false. */
  readonly acceptUnknownSopClasses?: boolean
  /** Default: every transfer syntax of PS3.6, since bytes are kept as they are sent. */
  readonly transferSyntaxes?: readonly string[]
  /** Default `as-proposed-lossless-first`: an archive does not want to lose pixels that the sender has. */
  readonly transferSyntaxOrder?: TransferSyntaxOrder
  /**
   * Answers the requestor's SOP class extended negotiation (56H): level of support, signatures, coercion (PS3.4 B.3.1). Default:
   * unanswered.
   */
  readonly extendedNegotiation?: SopClassOptions['extendedNegotiation']
}

/** The Storage Service Class (PS3.4 B): C-STORE into a store. Success goes out when the store has kept the instance. */
export function storage(options: StorageOptions): Service {
  const {
    store,
    sopClasses = storageSopClasses,
    acceptUnknownSopClasses = false,
    transferSyntaxes = transferSyntaxUids,
    transferSyntaxOrder = 'as-proposed-lossless-first',
    extendedNegotiation,
  } = options
  const supported = {
    transferSyntaxes,
    transferSyntaxOrder,
    ...(extendedNegotiation && { extendedNegotiation }),
  }
  return {
    abstractSyntaxes: supportedSopClasses(sopClasses, supported).map((each) => ({
      ...each,
      transferSyntaxOrder,
    })),
    ...(acceptUnknownSopClasses && {
      otherAbstractSyntax: (abstractSyntax: string) => (isRegistered(abstractSyntax) ? undefined : supported),
    }),
    handlers: { 'C-STORE-RQ': (operation) => receive(operation, store) },
  }
}

type StoreAnswer = Answer<CommandOf<'C-STORE-RQ'>>

async function receive(
  { request, context, dataSet, peer, signal }: ServiceOperation<CommandOf<'C-STORE-RQ'>>,
  store: StorageTarget,
): Promise<StoreAnswer> {
  const { affectedSopClassUid, affectedSopInstanceUid } = request
  // Such a request is refused before it comes here.
  if (!dataSet) throw new StatusError(statuses.CannotUnderstand)
  try {
    await store.put({
      sopClassUid: affectedSopClassUid,
      sopInstanceUid: affectedSopInstanceUid,
      transferSyntaxUid: context.transferSyntax,
      callingAeTitle: peer.callingAeTitle,
      calledAeTitle: peer.calledAeTitle,
      peer,
      ...moveOriginatorOf(request),
      dataSet,
      signal,
    })
  } catch (error) {
    // It was stopped, which has answers of its own.
    if (signal.aborted) throw signal.reason
    if (error instanceof StatusError) {
      if (statusCategory(error.status) === 'warning') {
        // Whichever it is: a router hands on that of its destination.
        return { status: error.status as StoreAnswer['status'], ...error.fields }
      }
      throw error
    }
    throw new StatusError(storeFailureStatus(error), { errorComment: 'not stored', cause: error })
  }
  return { status: statuses.Success }
}

function moveOriginatorOf({
  moveOriginatorApplicationEntityTitle: aeTitle,
  moveOriginatorMessageId: messageId,
}: CommandOf<'C-STORE-RQ'>): Pick<ReceivedInstance, 'moveOriginator'> {
  return aeTitle === undefined || messageId === undefined ? {} : { moveOriginator: { aeTitle, messageId } }
}
