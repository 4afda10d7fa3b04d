import { delimiter } from 'node:path'
import { parseArgs } from 'node:util'
import { options } from './options.ts'
import { SettingsError } from './settings-error.ts'

type OptionName = keyof typeof options

/** What was said for each option: on the command line, else in the environment, where an empty value is none. */
export class OptionValues {
  readonly #values: Readonly<Partial<Record<string, string | boolean | string[]>>>
  readonly #environment: Readonly<Record<string, string | undefined>>

  /** @throws SettingsError for an option that does not exist, or has no value */
  constructor(args: readonly string[], environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment
    try {
      this.#values = parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
    } catch (error) {
      throw new SettingsError((error as Error).message.replaceAll('\n', ' '))
    }
    for (const [name, value] of Object.entries(this.#values)) {
      // Of a variable that was not set: with the default instead, --host would be all addresses, and --tls-aet-pins nobody's.
      if ([value].flat().includes('')) throw new SettingsError(`--${name} has an empty value`)
    }
  }

  text(name: OptionName): string | undefined {
    return this.files(name).at(-1)
  }

  flag(name: OptionName): boolean {
    const text = this.text(name) ?? 'false'
    // One that was meant to be set must not silently be off.
    if (!['1', 'true', '0', 'false'].includes(text))
      throw new SettingsError(`--${name} ${text} in the environment is none of 1, true, 0, false`)
    return text === '1' || text === 'true'
  }

  /** An option that may come several times; in the environment its values stand in one list, as in PATH. */
  files(name: OptionName): readonly string[] {
    const variable = this.#environment[`DCM_${name.toUpperCase().replaceAll('-', '_')}`]
    const value = this.#values[name] ?? (isList(name) ? variable?.split(delimiter) : variable) ?? []
    return [value]
      .flat()
      .map(String)
      .filter((text) => text !== '')
  }

  wholeNumber(name: OptionName, fallback: number, minimum: number, maximum: number): number {
    const text = this.text(name) ?? String(fallback)
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value
    throw new SettingsError(
      `--${name} ${text} is not a whole number from ${String(minimum)} to ${String(maximum)}`,
    )
  }

  port(name: OptionName, fallback: number): number {
    return this.wholeNumber(name, fallback, 0, 65_535)
  }

  /** In milliseconds. */
  seconds(name: OptionName, fallback: number): number {
    const text = this.text(name) ?? String(fallback)
    const value = Number(text)
    if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 86_400)
      return Math.max(1, Math.round(value * 1000))
    throw new SettingsError(`--${name} ${text} is not a number of seconds above 0 and up to 86400`)
  }

  /** One of `allowed`, of which the first is the default. */
  oneOf<const Word extends string>(name: OptionName, allowed: readonly [Word, ...Word[]]): Word {
    const text = this.text(name) ?? allowed[0]
    const word = allowed.find((each) => each === text)
    if (word !== undefined) return word
    throw new SettingsError(`--${name} ${text} is none of ${allowed.join(', ')}`)
  }
}

function isList(name: OptionName): boolean {
  return 'multiple' in options[name]
}
