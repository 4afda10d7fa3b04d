import { statusCategory } from '@dcm/dimse'
import type { Retrieval, RetrieveProgress } from '@dcm/scu'
import type { CGetRsp, CMoveRsp } from '@dcm/dimse'
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
  }: {
    readonly peer: string
    readonly service: 'C-MOVE' | 'C-GET'
    readonly terminal: Terminal
    readonly signal: AbortSignal
    readonly missingKeys: readonly string[]
    /** Lines about what failed, and what to try. */
    readonly whenSomeFailed?: (failed: number) => readonly string[]
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
  const completed = final.numberOfCompletedSuboperations ?? last?.completed ?? 0
  const failed = final.numberOfFailedSuboperations ?? last?.failed ?? failedSopInstanceUids.length
  const warning = final.numberOfWarningSuboperations ?? last?.warning ?? 0
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
  } else if (statusCategory(status) !== 'failure' || completed + failed + warning > 0) {
    const { style } = terminal
    await terminal.line(
      `${failed === 0 ? style.good('✓') : style.bad('✗')} ${counted(completed + warning, 'object')} retrieved` +
        (warning > 0 ? `, ${style.warning(`${String(warning)} with a warning`)}` : '') +
        (failed > 0 ? `, ${style.bad(`${String(failed)} failed`)}` : ''),
    )
    for (const uid of failedSopInstanceUids) terminal.note(`  ${safeText(uid)}`)
    for (const line of (failed > 0 ? whenSomeFailed?.(failed) : undefined) ?? []) terminal.note(line)
  }
  if (statusCategory(status) === 'failure') {
    const outcome = { status, ...(errorComment !== undefined && { errorComment }) }
    // Who has begun has understood the request.
    throw failureStatus(peer, service, outcome, completed + failed + warning > 0 ? [] : missingKeys)
  }
  return failed === 0 && statusCategory(status) !== 'cancel' ? exitCodes.success : exitCodes.notAll
}

function progressInWords({ completed = 0, failed = 0, warning = 0, remaining }: RetrieveProgress): string {
  const done = completed + failed + warning
  const of = remaining === undefined ? '' : ` of ${String(done + remaining)}`
  return `${String(done)}${of} objects${failed > 0 ? `, ${String(failed)} failed` : ''}`
}
