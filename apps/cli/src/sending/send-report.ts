import { describeStatus } from '@dcm/dimse'
import { uidName } from '@dcm/pdu'
import type { SendEvent, SendOutcome, SendResult, SendSummary } from '@dcm/scu'
import { explainError } from '../explain-error.ts'
import { explainFileError } from '../explain-file-error.ts'
import { counted, duration, megabytes } from '../terminal/amounts.ts'
import { ProgressBar } from '../terminal/progress-bar.ts'
import { safeText } from '../terminal/safe-text.ts'
import { type Column, Table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** So many failures are told as they come; the table counts them all, and the journal or `--json` has each. */
const failuresTold = 20

const titles: Readonly<Record<SendOutcome, string>> = {
  stored: 'stored',
  'stored-with-warning': 'with warning',
  'stored-before': 'before',
  refused: 'refused',
  'not-accepted': 'not accepted',
  'not-dicom': 'not DICOM',
  unreadable: 'unreadable',
  failed: 'failed',
  stopped: 'stopped',
}

export interface SendReportOptions {
  readonly terminal: Terminal
  readonly peer: string
  readonly verbose: boolean
  /** Paths of the command line. Files that were found in a folder and are no DICOM are nothing to worry about. */
  readonly named: readonly string[]
}

/** What a person, or a program, sees of a run that sends. */
export class SendReport {
  /** The first error of an association that could not be had or did not last. */
  firstFailure: Error | undefined
  readonly #terminal: Terminal
  readonly #peer: string
  readonly #verbose: boolean
  readonly #named: ReadonlySet<string>
  #bar: ProgressBar | undefined
  #files = 0
  #done = 0
  #bad = 0
  /** Lines for programs, in their order. */
  #written = Promise.resolve()

  constructor({ terminal, peer, verbose, named }: SendReportOptions) {
    this.#terminal = terminal
    this.#peer = peer
    this.#verbose = verbose
    this.#named = new Set(named)
  }

  /** Files that did not get there, and should have. */
  get bad(): number {
    return this.#bad
  }

  event(event: SendEvent): void {
    switch (event.type) {
      case 'planned':
        this.#files = event.files
        // What a look was enough for is not among them.
        this.#done = 0
        if (this.#terminal.interactive) this.#bar = new ProgressBar(this.#terminal, event.bytes)
        this.#object({ ...event })
        break
      case 'associated':
        if (this.#verbose) {
          this.#terminal.note(
            `associated: ${String(event.accepted)} of ${counted(event.presentationContexts, 'presentation context')} accepted`,
          )
        }
        break
      case 'bytes':
        this.#bar?.advance(event.bytes, this.#words())
        break
      case 'retry':
        this.#retry(event)
        break
      case 'result':
        this.#result(event.result)
    }
  }

  /** The table, and a last line. */
  async summary(summary: SendSummary): Promise<void> {
    this.#bar?.end()
    await this.#written
    const { rows, files, stored, storedBytes } = summary
    const elapsedMs = Math.round(summary.elapsedMs)
    if (this.#terminal.json) {
      await this.#terminal.object({
        type: 'summary',
        peer: this.#peer,
        files,
        stored,
        storedBytes,
        elapsedMs,
        rows,
      })
      return
    }
    if (files === 0) return
    await this.#table(rows)
    const { style } = this.#terminal
    const mark = style.mark(this.#bad === 0 && stored > 0)
    const rate = `, ${megabytes((storedBytes * 1000) / Math.max(1, elapsedMs))}/s`
    await this.#terminal.line(
      `${mark} ${style.strong(this.#peer)} has ${String(stored)} of ${counted(files, 'file')}` +
        (storedBytes === 0
          ? ''
          : style.faint(`  ${megabytes(storedBytes)} in ${duration(elapsedMs)}${rate}`)),
    )
  }

  async #table(rows: SendSummary['rows']): Promise<void> {
    const outcomes = (Object.keys(titles) as SendOutcome[]).filter((outcome) =>
      rows.some((row) => row.outcome === outcome),
    )
    const columns: Column[] = [
      { title: 'SOP class' },
      ...outcomes.map((outcome) => ({ title: titles[outcome], align: 'right' as const })),
      { title: 'size', align: 'right' },
    ]
    const table = new Table(columns, this.#terminal)
    for (const sopClassUid of new Set(rows.map((row) => row.sopClassUid))) {
      const ofClass = rows.filter((row) => row.sopClassUid === sopClassUid)
      await table.row([
        sopClassUid === undefined ? '–' : safeText(uidName(sopClassUid)),
        ...outcomes.map((outcome) => String(ofClass.find((row) => row.outcome === outcome)?.files ?? '')),
        megabytes(ofClass.reduce((sum, { bytes }) => sum + bytes, 0)),
      ])
    }
    await table.end()
  }

  #retry({ delayMs, attempt, error, status }: SendEvent & { type: 'retry' }): void {
    this.#object({ type: 'retry', delayMs, attempt, status, message: error?.message })
    const why = error
      ? explainError(error, this.#peer).message
      : `The peer answered ${describeStatus(status ?? 0, 'C-STORE')}.`
    this.#terminal.note(safeText(`${why} Trying again in ${duration(delayMs)}.`))
  }

  #result(result: SendResult): void {
    const { path, outcome, sopClassUid, sopInstanceUid, transferSyntaxUid, bytes, status, attempts } = result
    this.#done++
    this.#bar?.advance(0, this.#words())
    this.#object({
      type: 'result',
      path,
      outcome,
      sopClassUid,
      sopInstanceUid,
      transferSyntaxUid,
      bytes,
      status,
      message: result.errorComment ?? result.error?.message,
      attempts,
    })
    // One that was planned, and has become something else since, should have got there.
    if (outcome === 'not-dicom' && sopClassUid === undefined && !this.#named.has(path)) return
    if (outcome === 'failed') this.firstFailure ??= result.error
    const good = outcome === 'stored' || outcome === 'stored-before'
    if (!good && outcome !== 'stored-with-warning') this.#bad++
    // What befell the association is told once, at the end.
    if (good || this.#terminal.json || outcome === 'stopped' || outcome === 'failed') return
    if (this.#bad < failuresTold) this.#terminal.note(this.#failure(result))
    else if (this.#bad === failuresTold) this.#terminal.note('… and more: see the table, or use --json.')
  }

  #failure({ path, outcome, status, errorComment, error }: SendResult): string {
    const { errorStyle } = this.#terminal
    const mark = outcome === 'stored-with-warning' ? errorStyle.warning('!') : errorStyle.mark(false)
    const why = [
      ...(status === undefined ? [] : [describeStatus(status, 'C-STORE')]),
      ...(errorComment === undefined ? [] : [`"${errorComment}"`]),
      ...(error ? [this.#reason(outcome, error)] : []),
    ].join(', ')
    return `${mark} ${safeText(why.startsWith(path) ? why : `${path}: ${why === '' ? titles[outcome] : why}`)}`
  }

  #reason(outcome: SendOutcome, error: Error): string {
    if (outcome === 'not-accepted') return explainError(error, this.#peer).message
    return explainFileError(error) ?? error.message
  }

  #words(): string {
    return `${String(this.#done)}/${counted(this.#files, 'file')}${this.#bad === 0 ? '' : `, ${String(this.#bad)} bad`}`
  }

  #object(value: { readonly type: string } & Readonly<Record<string, unknown>>): void {
    if (!this.#terminal.json) return
    this.#written = this.#written.then(() => this.#terminal.object(value))
    // The summary meets the failure.
    this.#written.catch(() => undefined)
  }
}
