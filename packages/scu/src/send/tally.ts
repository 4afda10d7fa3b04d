import type { SendOutcome, SendResult, SendSummary, SendSummaryRow } from './send-result.ts'

const atThePeer: ReadonlySet<SendOutcome> = new Set(['stored', 'stored-with-warning', 'stored-before'])

/** Counts results as they come; keeps none of them. */
export class Tally {
  readonly #rows = new Map<string, { -readonly [Field in keyof SendSummaryRow]: SendSummaryRow[Field] }>()
  #files = 0
  #stored = 0
  #storedBytes = 0

  count({ sopClassUid, outcome, bytes = 0 }: SendResult): void {
    this.#files++
    if (atThePeer.has(outcome)) this.#stored++
    if (outcome === 'stored' || outcome === 'stored-with-warning') this.#storedBytes += bytes
    const key = `${sopClassUid ?? ''} ${outcome}`
    const row = this.#rows.get(key) ?? { sopClassUid, outcome, files: 0, bytes: 0 }
    row.files++
    row.bytes += bytes
    this.#rows.set(key, row)
  }

  summary(elapsedMs: number): SendSummary {
    return {
      files: this.#files,
      stored: this.#stored,
      storedBytes: this.#storedBytes,
      elapsedMs,
      rows: [...this.#rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => ({ ...row })),
    }
  }
}
