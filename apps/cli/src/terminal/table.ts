import { displayWidth, fitted } from './display-width.ts'
import type { Terminal } from './terminal.ts'

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** The first rows decide on the widths, so that a long table streams, and memory is bounded. */
const rowsMeasured = 100
/** No column is narrower when a line is made to fit the terminal: a date is told whole. */
const minimumColumns = 10
const gap = '  '

/**
 * A table for people: columns as wide as they need to be, lines no longer than the terminal; where that is too narrow for the columns, a
 * line for each cell. Cells must be safe text.
 */
export class Table {
  readonly #columns: readonly Column[]
  readonly #terminal: Terminal
  #waiting: (readonly string[])[] = []
  #widths: readonly number[] | undefined
  #isTooNarrow = false

  constructor(columns: readonly Column[], terminal: Terminal) {
    this.#columns = columns
    this.#terminal = terminal
  }

  async row(cells: readonly string[]): Promise<void> {
    if (this.#widths) {
      await this.#print(cells, this.#widths)
      return
    }
    this.#waiting.push(cells)
    if (this.#waiting.length >= rowsMeasured) await this.end()
  }

  /** Prints what waited for the widths. */
  async end(): Promise<void> {
    if (this.#widths || this.#waiting.length === 0) return
    const widths = this.#measured()
    this.#widths = widths
    const available = this.#terminal.columns ?? Infinity
    this.#isTooNarrow = widths.reduce((sum, width) => sum + width + gap.length, -gap.length) > available
    const { style } = this.#terminal
    const titles = this.#line(
      this.#columns.map(({ title }) => title),
      widths,
    )
    if (!this.#isTooNarrow) await this.#terminal.line(style.faint(titles))
    for (const cells of this.#waiting) await this.#print(cells, widths)
    this.#waiting = []
  }

  #print(cells: readonly string[], widths: readonly number[]): Promise<void> {
    return this.#isTooNarrow ? this.#stacked(cells) : this.#terminal.line(this.#line(cells, widths))
  }

  async #stacked(cells: readonly string[]): Promise<void> {
    const { style } = this.#terminal
    const titleColumns = Math.max(...this.#columns.map(({ title }) => displayWidth(title)))
    for (const [index, { title }] of this.#columns.entries()) {
      const cell = cells[index] ?? ''
      if (cell !== '') await this.#terminal.line(`${style.faint(fitted(title, titleColumns))}${gap}${cell}`)
    }
    await this.#terminal.line()
  }

  #line(cells: readonly string[], widths: readonly number[]): string {
    return this.#columns
      .map(({ align }, index) => fitted(cells[index] ?? '', widths[index] ?? 0, align))
      .join(gap)
      .trimEnd()
  }

  #measured(): number[] {
    const widths = this.#columns.map(({ title }, index) =>
      Math.max(displayWidth(title), ...this.#waiting.map((cells) => displayWidth(cells[index] ?? ''))),
    )
    const available = (this.#terminal.columns ?? Infinity) - gap.length * (widths.length - 1)
    while (widths.reduce((sum, width) => sum + width, 0) > available) {
      const widest = widths.indexOf(Math.max(...widths))
      const width = widths[widest] ?? 0
      if (width <= minimumColumns) break
      widths[widest] = width - 1
    }
    return widths
  }
}
