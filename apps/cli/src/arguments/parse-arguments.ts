import { usageError } from '../usage-error.ts'
import { Arguments } from './arguments.ts'
import type { Option } from './option.ts'

/** Arguments by the table of options. @throws CliError for what is not in it */
export function parseArguments(
  command: string,
  args: readonly string[],
  options: readonly Option[],
): Arguments {
  const { values, positionals } = parsed(command, args, options)
  for (const { name, choices } of options) {
    const value = values[name]
    if (choices && typeof value === 'string' && !choices.includes(value)) {
      throw usageError(`--${name} takes ${inWords(choices)}, not "${value}".`)
    }
  }
  return new Arguments(positionals, values)
}

function parsed(command: string, args: readonly string[], options: readonly Option[]) {
  // An import of node:util costs a tenth of what Node needs to start: it reads every member, and loads what is behind it.
  const { parseArgs } = process.getBuiltinModule('node:util')
  try {
    return parseArgs({
      args: [...args],
      options: Object.fromEntries(
        options.map(({ name, short, value, multiple }) => [
          name,
          {
            type: value === undefined ? ('boolean' as const) : ('string' as const),
            ...(short !== undefined && { short }),
            ...(multiple && { multiple }),
          },
        ]),
      ),
      allowPositionals: true,
    })
  } catch (error) {
    throw usageError(`${explained(error as Error & { code?: string }, options)} See dcm ${command} --help.`)
  }
}

function explained(error: Error & { code?: string }, options: readonly Option[]): string {
  const named = /'(-[^' ]*)/.exec(error.message)?.[1] ?? ''
  if (error.code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return `${error.message.split('\n')[0] ?? ''}.`.replace('..', '.')
  const near = nearest(named.replace(/^-+/, ''), options)
  return `There is no option ${named}${near === undefined ? '.' : `; did you mean --${near}?`}`
}

/** An option that begins alike, or differs by little. */
function nearest(name: string, options: readonly Option[]): string | undefined {
  return options
    .map((option) => ({ name: option.name, distance: distanceBetween(name, option.name) }))
    .filter(({ name: known, distance }) => distance <= 2 || (name.length > 1 && known.startsWith(name)))
    .sort((one, other) => one.distance - other.distance)[0]?.name
}

/** Levenshtein's: insertions, deletions and replacements from one text to the other. */
export function distanceBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < other.length; j++) {
      const replaced = (row[j] ?? 0) + (one[i] === other[j] ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}

function inWords(choices: readonly string[]): string {
  return choices.length < 2
    ? choices.join('')
    : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`
}
