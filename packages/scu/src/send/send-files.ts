import { longestTimeoutMs, parseAeTitle, requireRange } from '@dcm/association'
import { requireSignal, systemClock } from '@dcm/transport'
import { Journal } from './journal.ts'
import { planBatches } from './plan.ts'
import { type FoundInstance, scan } from './scan.ts'
import type { SendEvent, SendOptions } from './send-options.ts'
import type { SendResult, SendSummary } from './send-result.ts'
import { Sender } from './sender.ts'
import { Tally } from './tally.ts'

/**
 * Sends files, and folders with all that is in them, by one path or several. First all are looked at, so that the contexts fit; then they go out over as many
 * associations as that takes and `maximumAssociations` allows. Each file has one result, told by `onEvent` and counted in the summary:
 * a peer that refuses, or a file that is no DICOM, ends nothing.
 *
 * @throws UsageError for impossible AE titles and limits, `DCM_OPTION` for a signal that is none, and `DCM_NO_JOURNAL` for a file that is something else; InstanceError for a path that does not exist; errors of the journal; what `onEvent` throws; the signal's reason while files
 * are looked at (later, what is left has the outcome `stopped`)
 */
export async function sendFiles(
  paths: string | Iterable<string> | AsyncIterable<string>,
  options: SendOptions,
): Promise<SendSummary> {
  const { clock = systemClock, maximumAssociations = 1, retry = {} } = options
  requireRange('maximumAssociations', maximumAssociations, 1)
  requireRange('retry.attempts', retry.attempts ?? 1, 1)
  requireRange('retry.firstDelayMs', retry.firstDelayMs ?? 0, 0, longestTimeoutMs)
  requireRange('retry.maximumDelayMs', retry.maximumDelayMs ?? 0, 0, longestTimeoutMs)
  for (const title of [options.callingAeTitle, options.calledAeTitle]) parseAeTitle(title)
  requireSignal(options.signal)
  const begun = clock.now()
  const tally = new Tally()
  await using journal =
    options.journal === undefined ? undefined : await Journal.open(options.journal, options.calledAeTitle)
  using run = following(options.signal)
  let broken: { readonly error: unknown } | undefined
  /** What the caller's function or the journal throws ends the run, not an association. */
  const guarded = (action: () => void): void => {
    if (broken) return
    try {
      action()
    } catch (error) {
      broken = { error }
      run.abort(error)
    }
  }
  const onEvent = (event: SendEvent): void => {
    guarded(() => options.onEvent?.(event))
  }
  const settle = (result: SendResult): void => {
    tally.count(result)
    guarded(() => {
      if (result.outcome !== 'stored-before') journal?.append(result)
      options.onEvent?.({ type: 'result', result })
    })
  }
  const found = await scan(paths, settle, run.signal)
  const instances = found.filter((instance) => !storedBefore(instance, journal, settle))
  const batches = planBatches(instances)
  const bytes = instances.reduce((sum, { dataSetBytes }) => sum + dataSetBytes, 0)
  onEvent({ type: 'planned', files: instances.length, bytes, associations: batches.length })
  await new Sender(batches, { ...options, signal: run.signal, onEvent }, settle).run()
  if (broken) throw broken.error
  return tally.summary(clock.now() - begun)
}

/** A controller that aborts when the signal does. Its own signal is looked at for each file, a third of the work of `AbortSignal.any()`. */
function following(signal: AbortSignal | undefined): AbortController & Disposable {
  const controller = new AbortController()
  const abort = (): void => {
    controller.abort(signal?.reason)
  }
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  return Object.assign(controller, {
    [Symbol.dispose]: () => {
      signal?.removeEventListener('abort', abort)
    },
  })
}

function storedBefore(
  { path, sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetBytes }: FoundInstance,
  journal: Journal | undefined,
  settle: (result: SendResult) => void,
): boolean {
  if (!journal?.has(sopInstanceUid)) return false
  const identity = { path, sopClassUid, sopInstanceUid, transferSyntaxUid, bytes: dataSetBytes }
  settle({ ...identity, outcome: 'stored-before', attempts: 0 })
  return true
}
