import { UsageError } from './errors.ts'

/** `typeof` of an option; `array`, and `object` for other objects. */
type Kind = 'array' | 'boolean' | 'function' | 'number' | 'object' | 'string'

/** What an option may be, its kinds with a bar between; `any` is judged elsewhere. */
export type OptionKind = Kind | `${Kind}|${Kind}` | 'any'

/** A row for each option that there is: `{ … } satisfies OptionKinds<Options>`, so that a missing one does not compile. */
export type OptionKinds<Options> = { readonly [Name in keyof Options]-?: OptionKind }

/**
 * What is wrong with options, in words; undefined when nothing is. A compiler says so, where there is one. Who writes JavaScript, or reads
 * options from a file, would not be told that a misspelt `clientAuthentication` asks nobody for a certificate. An option that is undefined is
 * not there; null is a value.
 *
 * @param of whose options: what the sentence begins with
 */
export function optionFault(
  of: string,
  options: unknown,
  kinds: Readonly<Record<string, OptionKind>>,
  required: readonly string[] = [],
): string | undefined {
  if (kindOf(options) !== 'object') return `the options of ${of} are ${shown(options)}; allowed is an object`
  for (const [name, value] of Object.entries(options as object) as [string, unknown][]) {
    if (value === undefined) continue
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (kind === undefined) return `${of} has no option ${name}; allowed are ${Object.keys(kinds).join(', ')}`
    if (kind !== 'any' && !kind.split('|').includes(kindOf(value))) {
      return `${name} of ${of} is ${shown(value)}; allowed is ${kind.split('|').map(named).join(' or ')}`
    }
  }
  const missing = required.find((name) => (options as Readonly<Record<string, unknown>>)[name] === undefined)
  return missing === undefined ? undefined : `${of} needs ${missing}`
}

/** @throws UsageError `DCM_OPTION` for what {@link optionFault} finds */
export function requireOptions(...line: Parameters<typeof optionFault>): void {
  const fault = optionFault(...line)
  if (fault !== undefined) throw new UsageError(fault, { code: 'DCM_OPTION' })
}

/** @throws UsageError `DCM_OPTION` for what is no AbortSignal, such as its controller */
export function requireSignal(signal: AbortSignal | undefined): void {
  const given: unknown = signal
  if (given === undefined) return
  const { aborted, addEventListener } = Object(given) as Partial<AbortSignal>
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return
  const what = given instanceof AbortController ? 'an AbortController; allowed is its signal' : undefined
  throw new UsageError(`signal is ${what ?? `${shown(given)}; allowed is an AbortSignal`}`, {
    code: 'DCM_OPTION',
  })
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return value === null ? 'null' : typeof value
}

/** Nothing that could be a secret. */
function shown(value: unknown): string {
  if (typeof value === 'boolean' || value === undefined) return String(value)
  const kind = kindOf(value)
  return kind === 'null' ? kind : named(kind)
}

function named(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`
}
