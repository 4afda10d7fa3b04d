import { usageError } from '../usage-error.ts'

type Value = string | boolean | readonly (string | boolean)[] | undefined

/** What stood behind the command's name. */
export class Arguments {
  readonly positionals: readonly string[]
  readonly #values: Readonly<Record<string, Value>>

  constructor(positionals: readonly string[], values: Readonly<Record<string, Value>>) {
    this.positionals = positionals
    this.#values = values
  }

  flag(name: string): boolean {
    return this.#values[name] === true
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' ? value : undefined
  }

  /** All values of an option that may be given several times. */
  texts(name: string): readonly string[] {
    const value = this.#values[name]
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
  }

  /** @throws CliError for what is not a whole number in the range */
  wholeNumber(name: string, minimum: number, maximum: number): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value
    throw usageError(
      `--${name} takes a whole number from ${String(minimum)} to ${String(maximum)}, not "${text}".`,
    )
  }

  /** A number of seconds, in milliseconds. @throws CliError */
  milliseconds(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const seconds = Number(text)
    if (/^\d+(\.\d+)?$/.test(text) && seconds >= 0.001 && seconds <= 86_400) return Math.round(seconds * 1000)
    throw usageError(`--${name} takes seconds from 0.001 to 86400, not "${text}".`)
  }
}
