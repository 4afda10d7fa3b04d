import { type AcceptedPresentationContext, UsageError } from '@dcm/association'
import { parseFileMeta, reEncodings } from '@dcm/dataset'
import { type CheckedDataSet, checkedDataSet, type CStoreRsp, type Priority } from '@dcm/dimse'
import type { CallOptions } from '../calls/call-options.ts'
import type { Caller, CallRequest, CallToMake } from '../calls/caller.ts'
import { contextsFor, contextWith } from '../contexts/choose-context.ts'
import { TransferSyntaxNotAcceptedError } from '../contexts/transfer-syntax-not-accepted-error.ts'
import type { BatchBuffers } from '../instances/batch-buffers.ts'
import { openPart10, type Part10File } from '../instances/part10-file.ts'
import type { InstanceToStore } from '../instances/instance.ts'
import { reEncoded } from '../instances/re-encoded.ts'
import { requireCallOptions } from '../require-options.ts'

export interface StoreOptions extends CallOptions {
  /** Default `medium`. */
  readonly priority?: Priority
  /** Of whom the C-MOVE came that this C-STORE serves (PS3.7 9.1.1.1). */
  readonly moveOriginator?: { readonly aeTitle: string; readonly messageId: number }
  /**
   * Asked when the peer takes the instance's SOP class, but not as it is written, and it cannot be re-encoded without touching
   * pixels. `accepted` are the transfer syntaxes that the peer takes. Undefined refuses.
   */
  readonly transcode?: Transcode
}

export type Transcode = (
  instance: InstanceToStore,
  accepted: readonly string[],
) =>
  | Promise<Pick<InstanceToStore, 'transferSyntaxUid' | 'dataSet'> | undefined>
  | Pick<InstanceToStore, 'transferSyntaxUid' | 'dataSet'>
  | undefined

/** C-STORE (PS3.7 9.1.1) of a Part 10 file, or of an instance from anywhere. */
export async function store(
  caller: Caller,
  instance: InstanceToStore | string,
  options: StoreOptions,
  buffers: BatchBuffers,
): Promise<CStoreRsp> {
  requireCallOptions(options)
  requireInstance(instance)
  if (typeof instance !== 'string') {
    const call = await caller.begin(requestOf(caller, instance, options), options)
    return call.only()
  }
  let file: Part10File | undefined
  let over = false
  try {
    const call = await caller.begin<CStoreRsp>(async () => {
      file = await openPart10(instance, buffers)
      if (over) {
        await file.close()
        throw new Error('nobody waits for the file any more')
      }
      const request = requestOf(caller, file, options)
      return typeof request === 'function' ? request() : request
    }, options)
    return await call.only()
  } finally {
    over = true
    await file?.close()
  }
}

/** From JavaScript: nothing, or the bytes of a file. */
function requireInstance(instance: unknown): void {
  if (typeof instance === 'string' || 'sopClassUid' in Object(instance)) return
  throw new UsageError(
    'store() needs the path of a Part 10 file, or an instance: { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSet }',
    'DCM_OPTION',
  )
}

/** Known at once, unless the instance is to be transcoded before. */
function requestOf(caller: Caller, instance: InstanceToStore, options: StoreOptions): CallToMake<CStoreRsp> {
  const { sopClassUid, transferSyntaxUid } = instance
  const contexts = contextsFor(caller.channel.association, sopClassUid)
  const dataSet = dataSetOf(instance)
  const asItIs = contextWith(contexts, [transferSyntaxUid])
  if (asItIs) return requestOn(asItIs, instance, dataSet, options)
  const reEncoding = contextWith(contexts, reEncodings(transferSyntaxUid))
  if (reEncoding) {
    const written = reEncoded(dataSet, transferSyntaxUid, reEncoding.transferSyntax)
    return requestOn(reEncoding, instance, written, options)
  }
  return async () => {
    const accepted = contexts.map(({ transferSyntax }) => transferSyntax)
    const transcoded = await options.transcode?.(instance, accepted)
    const context = transcoded && contextWith(contexts, [transcoded.transferSyntaxUid])
    if (context) return requestOn(context, instance, dataSetOf(transcoded), options)
    throw new TransferSyntaxNotAcceptedError(
      sopClassUid,
      (transcoded ?? instance).transferSyntaxUid,
      accepted,
    )
  }
}

function requestOn(
  context: AcceptedPresentationContext,
  instance: InstanceToStore,
  dataSet: CheckedDataSet,
  { moveOriginator, priority = 'medium' }: StoreOptions,
): CallRequest<CStoreRsp> {
  return {
    context,
    request: {
      type: 'C-STORE-RQ',
      affectedSopClassUid: instance.sopClassUid,
      affectedSopInstanceUid: instance.sopInstanceUid,
      priority,
      ...(moveOriginator && {
        moveOriginatorApplicationEntityTitle: moveOriginator.aeTitle,
        moveOriginatorMessageId: moveOriginator.messageId,
      }),
    },
    dataSet,
    responseType: 'C-STORE-RSP',
  }
}

/** PS3.10 7.1: a file has a preamble and a file meta before its data set, which a peer would keep as what they are not. */
function dataSetOf({ dataSet }: Pick<InstanceToStore, 'dataSet'>): CheckedDataSet {
  const checked = checkedDataSet(dataSet)
  const [first] = 'read' in checked ? [] : checked
  if (!first || parseFileMeta(first).type !== 'file-meta') return checked
  throw new UsageError(
    'the data set is a whole Part 10 file; allowed is what stands behind its file meta, or the path of the file instead of the instance',
    'DCM_DATA_SET_IS_FILE',
  )
}
