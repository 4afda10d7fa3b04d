import { type TransferSyntaxOrder, type Uid, UsageError } from '@dcm/association'
import {
  type CommandOf,
  type CStoreRsp,
  isRegistered,
  type SopClassWith,
  statusCategory,
  statuses,
  storageSopClasses,
  storeFailureStatus,
  transferSyntaxUids,
} from '@dcm/dimse'
import { type OptionKinds, requireOptions } from '@dcm/transport'
import type { Peer } from '../peer.ts'
import { requireMethods } from '../require-scp-options.ts'
import type { Answer, IncomingDataSet, ServiceOperation } from '../service-operation.ts'
import type { Service } from '../service.ts'
import { StatusError } from '../status-error.ts'
import { type SopClassOptions, supportedSopClasses } from './supported-sop-classes.ts'

/**
 * Where received instances go: any object store whose `put` resolves when the instance is kept. A `StatusError` that it throws
 * is the answer; one with a warning, such as B000H for coerced elements (PS3.4 B.2.3), says that the instance is kept all the same. So
 * is the response of another SCP, from a `put` that hands the instance on and resolves with what was answered: its `status` is given back.
 * Who has not read the data set to its end, nor discarded it, has not kept it: C000H.
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
  /** The data set's bytes as they were sent. A store that has the instance already may `discard()` them. */
  readonly dataSet: IncomingDataSet
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

const optionKinds = {
  store: 'object',
  sopClasses: 'array',
  acceptUnknownSopClasses: 'boolean',
  transferSyntaxes: 'array',
  transferSyntaxOrder: 'string',
  extendedNegotiation: 'function',
} as const satisfies OptionKinds<StorageOptions>

/**
 * The Storage Service Class (PS3.4 B): C-STORE into a store. Success goes out when the store has kept the instance.
 *
 * @throws UsageError `DCM_OPTION`
 */
export function storage(options: StorageOptions): Service {
  requireOptions('storage()', options, optionKinds, ['store'])
  requireMethods('store', options.store, ['put'])
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
    const outcome = await store.put({
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
    requireKept(outcome, dataSet)
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

/** @throws UsageError for what was not read; StatusError for what another SCP did not keep */
function requireKept(outcome: unknown, dataSet: IncomingDataSet): void {
  // A `status` alone may be of HTTP, where 200 is well.
  const { type, status = statuses.Success } = Object(outcome) as Partial<CStoreRsp>
  if (type === 'C-STORE-RSP' && status !== statuses.Success) throw new StatusError(status)
  if (!dataSet.unread) return
  throw new UsageError(
    'put() ended before it had read the data set to its end; read() until it resolves with undefined, or discard() it',
    'DCM_DATA_SET_UNREAD',
  )
}

function moveOriginatorOf({
  moveOriginatorApplicationEntityTitle: aeTitle,
  moveOriginatorMessageId: messageId,
}: CommandOf<'C-STORE-RQ'>): Pick<ReceivedInstance, 'moveOriginator'> {
  return aeTitle === undefined || messageId === undefined ? {} : { moveOriginator: { aeTitle, messageId } }
}
