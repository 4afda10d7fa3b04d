import type { Arguments } from '../arguments/arguments.ts'
import type { Option } from '../arguments/option.ts'
import type { ExitCode } from '../exit-codes.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** What a command is given besides its arguments. */
export interface Surroundings {
  readonly terminal: Terminal
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Fires on Ctrl-C, SIGTERM, SIGHUP, and when nobody reads the output any more; the reason is a CliError. */
  readonly signal: AbortSignal
}

/** Does what a command line asks for. */
type Run = (args: Arguments, surroundings: Surroundings) => Promise<ExitCode>

/** One command of `dcm`: what there is to say of it. */
export interface Command {
  readonly name: string
  /** What follows the name: `PEER FILE…`. */
  readonly usage: string
  /** One line. */
  readonly summary: string
  /** What else there is to know. */
  readonly description: string
  readonly options: readonly Option[]
  /** Command lines without the leading `dcm`, and what they do. */
  readonly examples: readonly (readonly [commandLine: string, meaning: string])[]
  /** For completion: what the positional arguments are; a peer comes first. */
  readonly completes: 'peer' | 'peer-and-files' | 'peer-or-files' | 'files' | 'nothing'
  /** For completion: what the first one is instead, one of these. */
  readonly words?: readonly string[]
  /** What it does, loaded when it is to be done: help and completion come without. */
  load(): Promise<{ readonly run: Run }>
}
