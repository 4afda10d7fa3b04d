import { requireRange, type Uid } from '@dcm/association'
import { type CommandOf, type SopClassWith, statuses } from '@dcm/dimse'
import type { OptionKinds } from '@dcm/transport'
import { iteratorOf } from '../require-answer.ts'
import type { Answer, ServiceOperation } from '../service-operation.ts'
import type { Service } from '../service.ts'
import { StatusError } from '../status-error.ts'
import { abandon, nextUnlessAborted } from '../unless-aborted.ts'
import { codecOf, type DataSetCodec, type WithCodec } from './data-set-codec.ts'
import { readDataSet } from './read-data-set.ts'
import { queryOptions, requireServiceOptions } from './require-service-options.ts'
import { type SopClassOptions, supportedSopClasses } from './supported-sop-classes.ts'

/** A C-FIND for its handler. */
export interface FindQuery<T> extends Omit<ServiceOperation<CommandOf<'C-FIND-RQ'>>, 'dataSet' | 'respond'> {
  /** The keys to match and to return. */
  readonly identifier: T
}

export type FindOptions<T> = FindSettings<T> & WithCodec<T>

interface FindSettings<T> extends SopClassOptions {
  /** Keywords of SOP classes that have C-FIND; private ones as UIDs. */
  readonly sopClasses: readonly (SopClassWith<'C-FIND'> | Uid)[]
  /** Yields one identifier for each match, as fast as the peer takes them. */
  readonly handler: (query: FindQuery<T>) => AsyncIterable<T> | Iterable<T>
  /** Whether all optional keys are supported; when not, matches say so (FF01H instead of FF00H). Default: they are. */
  readonly supportsKeys?: (identifier: T) => boolean
  /** The longest identifier that is read, in bytes; a longer one is answered with A700H. Default 4 MiB. */
  readonly maximumIdentifierBytes?: number
}

const optionKinds = {
  ...queryOptions,
  handler: 'function',
  supportsKeys: 'function',
} as const satisfies OptionKinds<FindOptions<unknown>>

/**
 * C-FIND of any information model (PS3.4 C, K, V, CC…): each identifier that the handler yields is a pending response, its end
 * the success. A C-CANCEL is answered at once, whatever the handler is waiting for; its generator is told to return.
 *
 * @throws UsageError `DCM_LIMIT_RANGE`, `DCM_OPTION`
 */
export function find<T = Uint8Array>(options: FindOptions<T>): Service {
  requireServiceOptions('find()', options, optionKinds, ['sopClasses', 'handler'])
  requireRange('maximumIdentifierBytes', options.maximumIdentifierBytes ?? 0, 0)
  const codec = codecOf<T>(options)
  return {
    abstractSyntaxes: supportedSopClasses(options.sopClasses, options),
    handlers: { 'C-FIND-RQ': (operation) => respondMatches(operation, options, codec) },
  }
}

type FindAnswer = Answer<CommandOf<'C-FIND-RQ'>>

const unreadable = { tooLong: statuses.RefusedOutOfResources, undecodable: statuses.UnableToProcess }

async function* respondMatches<T>(
  operation: ServiceOperation<CommandOf<'C-FIND-RQ'>>,
  settings: FindSettings<T>,
  codec: DataSetCodec<T>,
): AsyncGenerator<FindAnswer, FindAnswer, undefined> {
  const { signal, context, logger } = operation
  const identifier = await readDataSet(operation, codec, unreadable, settings.maximumIdentifierBytes)
  // Such a request is refused before it comes here.
  if (identifier === undefined) throw new StatusError(statuses.UnableToProcess)
  const status =
    settings.supportsKeys?.(identifier) === false ? statuses.PendingWithWarning : statuses.Pending
  const matches = iteratorOf(settings.handler({ ...operation, identifier }))
  const late = (error: unknown): void => {
    logger.warn({ err: error }, 'a query failed after its end')
  }
  let done = false
  try {
    for (;;) {
      const step = await nextUnlessAborted(matches, signal, late)
      if (step.done) {
        done = true
        return { status: statuses.Success }
      }
      yield { status, dataSet: [codec.encode(step.value, context.transferSyntax)] }
    }
  } finally {
    if (!done) abandon(matches, late)
  }
}
