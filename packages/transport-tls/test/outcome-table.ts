import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface OutcomeRow {
  /** Our options, where they are not the default's. */
  readonly ours: string
  readonly peer: string
  readonly outcome: string
}

const page = fileURLToPath(new URL('../../../docs/security.md', import.meta.url))
const header = ['Ours', 'The other side', 'Outcome']

/** A table of docs/security.md: the lines between its two marks. */
export class OutcomeTable {
  readonly #start: string
  readonly #end: string

  constructor(name: string) {
    this.#start = `<!-- outcomes: ${name} -->`
    this.#end = `<!-- end of outcomes: ${name} -->`
  }

  /** As it is printed on the page, without the padding. */
  read(): readonly (readonly string[])[] {
    const [, table] = this.#split()
    return table
      .trim()
      .split('\n')
      .slice(2)
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
  }

  write(rows: readonly OutcomeRow[]): void {
    const cells = [header, ...rows.map(cellsOf)]
    const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
    const [head = [], ...body] = cells.map((row) =>
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)),
    )
    const table = [head, widths.map((width) => '-'.repeat(width)), ...body].map(
      (row) => `| ${row.join(' | ')} |`,
    )
    const [before, , after] = this.#split()
    writeFileSync(page, `${before}${this.#start}\n\n${table.join('\n')}\n\n${this.#end}${after}`)
  }

  #split(): readonly [string, string, string] {
    const text = readFileSync(page, 'utf8')
    const [before, rest] = text.split(this.#start)
    const [table, after] = rest?.split(this.#end) ?? []
    if (before === undefined || table === undefined || after === undefined) {
      throw new Error(`docs/security.md has no marks ${this.#start} and ${this.#end}`)
    }
    return [before, table, after]
  }
}

export function cellsOf({ ours, peer, outcome }: OutcomeRow): readonly string[] {
  return [ours, peer, outcome].map((cell) => cell.replaceAll('|', '\\|'))
}
