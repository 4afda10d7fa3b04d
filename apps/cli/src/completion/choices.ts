import { everywhere, type Option } from '../arguments/option.ts'
import type { Command } from '../commands/command.ts'

/** An option as it is typed, with all that a shell can complete behind it. */
export interface TypedOption extends Option {
  readonly typed: readonly string[]
}

export function typedOptions(command: Command): readonly TypedOption[] {
  return [...command.options, ...everywhere].map((option) => ({
    ...option,
    typed: [`--${option.name}`, ...(option.short === undefined ? [] : [`-${option.short}`])],
  }))
}

/** What may stand at a place of the command line. */
export interface Candidates {
  /** Fixed ones, of letters. */
  readonly words: readonly string[]
  /** Names of the configuration. */
  readonly peers: boolean
  readonly files: boolean
}

/** What the first positional argument may be, and what those behind it. */
export function positionals({ completes, words = [] }: Command): {
  readonly first: Candidates
  readonly others: Candidates
} {
  const files = completes === 'files' || completes === 'peer-or-files'
  return {
    first: { words, peers: completes.startsWith('peer'), files: files && words.length === 0 },
    others: { words: [], peers: false, files: files || completes === 'peer-and-files' },
  }
}
