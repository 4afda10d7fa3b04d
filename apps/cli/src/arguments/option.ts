/** An option of the command line: the one description that parsing, help, the README's table and completion read. */
export interface Option {
  /** Without the dashes. */
  readonly name: string
  readonly short?: string
  /** What stands for the value in the help, `SECONDS`; an option without one is a flag. */
  readonly value?: string
  /** The only values that there are. */
  readonly choices?: readonly string[]
  /** For completion: the value is a path. */
  readonly completes?: 'file' | 'folder'
  /** May be given several times. */
  readonly multiple?: true
  readonly summary: string
}

/** Understood by every command. */
export const everywhere: readonly Option[] = [
  { name: 'json', summary: 'print JSON for programs: one object a line' },
  { name: 'help', short: 'h', summary: 'show this' },
]
