import { statusCategory } from '@dcm/dimse'
import type { Retrieval, RetrieveProgress } from '@dcm/scu'
import type { CGetRsp, CMoveRsp } from '@dcm/dimse'
import { CliError } from '../cli-error.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { failureStatus } from '../failure-status.ts'
import { counted } from '../terminal/amounts.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Follows a C-MOVE or C-GET to its end, and says what came of it. */
export async function reportRetrieval(
  retrieval: Retrieval<CMoveRsp> | Retrieval<CGetRsp>,
  {
    peer,
    service,
    terminal,
    signal,
    missingKeys,
    whenSomeFailed,
    arrived,
  }: {
    readonly peer: string
    readonly service: 'C-MOVE' | 'C-GET'
    readonly terminal: Terminal
    readonly signal: AbortSignal
    readonly missingKeys: readonly string[]
    /** Lines about what failed, and what to try. */
    readonly whenSomeFailed?: (failed: number) => readonly string[]
    /** Where objects come to us: how many did, once all those sent or no more come; and what to say of those that did not. */
    readonly arrived?: {
      readonly count: (sent: number) => number | Promise<number>
      readonly otherwise: string
    }
  },
): Promise<ExitCode> {
  let last: RetrieveProgress | undefined
  for await (const progress of retrieval) {
    last = progress
    terminal.transient(progressInWords(progress))
    if (terminal.json) await terminal.object({ type: 'progress', ...progress })
  }
  terminal.transient('')
  signal.throwIfAborted()
  const final = await retrieval.final()
  const { status, errorComment, failedSopInstanceUids } = final
  // Conditional in PS3.7 Table 9.1-4: the peer may not say.
  const said = final.numberOfCompletedSuboperations ?? last?.completed
  const failed = final.numberOfFailedSuboperations ?? last?.failed ?? failedSopInstanceUids.length
  const warning = final.numberOfWarningSuboperations ?? last?.warning ?? 0
  const came = await arrived?.count((said ?? 0) + warning)
  signal.throwIfAborted()
  const completed = said ?? came ?? 0
  // What the peer counts here was answered with a success or a warning (PS3.7 Table 9.3-10): by us, if it was sent to us.
  const missing = came === undefined ? 0 : Math.max(0, completed + warning - came)
  // Nobody here has cancelled.
  const isRefusal = statusCategory(status) === 'failure' || statusCategory(status) === 'cancel'
  if (terminal.json) {
    await terminal.object({
      type: 'result',
      status,
      completed,
      failed,
      warning,
      failedSopInstanceUids,
      errorComment,
    })
  } else if (!isRefusal || completed + failed + warning > 0) {
    const { style } = terminal
    const isGood = failed === 0 && missing === 0 && !isRefusal
    await terminal.line(
      `${style.mark(isGood)} ${counted(completed + warning - missing, 'object')} retrieved` +
        (warning > 0 ? `, ${style.warning(`${String(warning)} with a warning`)}` : '') +
        (failed > 0 ? `, ${style.bad(`${String(failed)} failed`)}` : ''),
    )
    for (const uid of failedSopInstanceUids) terminal.note(`  ${safeText(uid)}`)
    for (const line of (failed > 0 ? whenSomeFailed?.(failed) : undefined) ?? []) terminal.note(line)
  }
  if (isRefusal) {
    // Who has begun, or cancels, has understood the request.
    const isUnderstood = completed + failed + warning > 0 || statusCategory(status) === 'cancel'
    throw failureStatus(peer, service, { status, errorComment }, isUnderstood ? [] : missingKeys)
  }
  if (arrived && missing > 0) {
    const sent = `${peer} says that it sent ${counted(completed + warning, 'object')}, and ${String(came)} came here`
    throw new CliError(exitCodes.notAll, 'DCM_NOT_ARRIVED', `${sent}; ${arrived.otherwise}.`)
  }
  return failed === 0 ? exitCodes.success : exitCodes.notAll
}

function progressInWords({ completed = 0, failed = 0, warning = 0, remaining }: RetrieveProgress): string {
  const done = completed + failed + warning
  const of = remaining === undefined ? '' : ` of ${String(done + remaining)}`
  return `${String(done)}${of} objects${failed > 0 ? `, ${String(failed)} failed` : ''}`
}
