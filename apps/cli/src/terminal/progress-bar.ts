import { systemClock } from '@dcm/transport'
import { duration, megabytes } from './amounts.ts'
import type { Terminal } from './terminal.ts'

/** Often enough to look alive, seldom enough to cost nothing. */
const redrawMs = 100
/** The rate shown is that of the last seconds: what is left goes at that one, not at the first file's. */
const rateWindowMs = 5000
const barColumns = 24

/** A line with how far bytes are, how fast they go, and how long the rest will take: for terminals that are interactive. */
export class ProgressBar {
  readonly #terminal: Terminal
  readonly #totalBytes: number
  readonly #samples: { readonly at: number; readonly bytes: number }[]
  #bytes = 0
  #drawnAt = -Infinity

  constructor(terminal: Terminal, totalBytes: number) {
    this.#terminal = terminal
    this.#totalBytes = totalBytes
    this.#samples = [{ at: systemClock.now(), bytes: 0 }]
  }

  /** So many more bytes; `words` stands behind the bar. */
  advance(bytes: number, words: string): void {
    this.#bytes += bytes
    const now = systemClock.now()
    if (now - this.#drawnAt < redrawMs) return
    this.#drawnAt = now
    this.#samples.push({ at: now, bytes: this.#bytes })
    while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > rateWindowMs)
      this.#samples.shift()
    this.#terminal.transient(this.#line(now, words))
  }

  /** Takes the line away. */
  end(): void {
    this.#terminal.transient('')
  }

  #line(now: number, words: string): string {
    // What is sent again counts again.
    const bytes = Math.min(this.#bytes, this.#totalBytes)
    const share = this.#totalBytes === 0 ? 1 : bytes / this.#totalBytes
    const first = this.#samples[0] ?? { at: now, bytes: 0 }
    const bytesPerSecond = ((this.#bytes - first.bytes) * 1000) / Math.max(1, now - first.at)
    const filled = Math.round(share * barColumns)
    const parts = [
      `${this.#terminal.errorStyle.good('█'.repeat(filled))}${this.#terminal.errorStyle.faint('░'.repeat(barColumns - filled))}`,
      `${String(Math.floor(share * 100)).padStart(3)}%`,
      words,
      `${megabytes(bytesPerSecond)}/s`,
      ...(bytesPerSecond > 0
        ? [`${duration(((this.#totalBytes - bytes) * 1000) / bytesPerSecond)} left`]
        : []),
    ]
    return cut(parts, this.#terminal.errorColumns)
  }
}

/** As many parts as a line has room for: one that wraps could not be taken away again. */
function cut(parts: readonly string[], columns: number): string {
  let line = ''
  let used = barColumns - (parts[0]?.length ?? 0)
  for (const part of parts) {
    used += part.length + 2
    if (used > columns) break
    line += line === '' ? part : `  ${part}`
  }
  return line
}
