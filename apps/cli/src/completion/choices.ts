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
