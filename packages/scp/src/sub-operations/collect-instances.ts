import { UsageError } from '@dcm/association'
import { statuses } from '@dcm/dimse'
import { FairTurn } from '../fair-turn.ts'
import { iteratorOf } from '../require-answer.ts'
import type { ServiceOperation } from '../service-operation.ts'
import { StatusError } from '../status-error.ts'
import { abandon, nextUnlessAborted } from '../unless-aborted.ts'
import { askHandler } from './ask-handler.ts'
import type { RetrievableInstance } from './retrievable-instance.ts'

/** (0000,1020) to (0000,1023) have 16 bits (PS3.7 E.1). */
const maximumSubOperations = 65_535

export type Instances = AsyncIterable<RetrievableInstance> | Iterable<RetrievableInstance>

/**
 * All that a handler yields, as what remains has to be counted from the first response on. An instance is some hundred bytes.
 *
 * @throws StatusError: what the handler chose, C000H for anything else that it throws, A701H for more than can be counted;
 * the signal's reason
 */
export function collectInstances(
  yielded: () => Instances,
  operation: Pick<ServiceOperation, 'signal' | 'progress' | 'logger'>,
): Promise<RetrievableInstance[]> {
  const late = (error: unknown): void => {
    operation.logger.warn({ err: error }, 'a retrieval failed after its end')
  }
  return askHandler(operation, () => collect(iteratorOf(yielded()), operation, late))
}

async function collect(
  iterator: AsyncIterator<RetrievableInstance> | Iterator<RetrievableInstance>,
  { signal, progress }: Pick<ServiceOperation, 'signal' | 'progress'>,
  late: (error: unknown) => void,
): Promise<RetrievableInstance[]> {
  // One that is yielded twice is delivered once.
  const all = new Set<RetrievableInstance>()
  const turn = new FairTurn()
  let done = false
  try {
    for (;;) {
      const step = await nextUnlessAborted(iterator, signal, late)
      if (step.done) {
        done = true
        return [...all]
      }
      if (all.size === maximumSubOperations) {
        throw new StatusError(statuses.UnableToCalculateNumberOfMatches, {
          errorComment: `more than ${String(maximumSubOperations)} instances`,
        })
      }
      requireInstance(step.value)
      all.add(step.value)
      progress()
      if (turn.isOver) await turn.pause()
    }
  } finally {
    if (!done) abandon(iterator, late)
  }
}

/** From JavaScript: a path, for example, or the bytes in place of the function that opens them. */
function requireInstance(instance: RetrievableInstance): void {
  if (typeof (Object(instance) as Partial<RetrievableInstance>).open === 'function') return
  throw new UsageError(
    'an instance to retrieve has no open(), which gives its data set when it is its turn',
    'DCM_ANSWER_TYPE',
  )
}
