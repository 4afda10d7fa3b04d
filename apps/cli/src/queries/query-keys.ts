import { type DicomJson, identifier, type KeywordValue, keywordOf, parseTag, vrOf } from '@dcm/dataset'
import { usageError } from '../usage-error.ts'
import type { Scope } from './scope.ts'

/** One key of a query: where it is, and what it has to match; the empty text matches everything and asks for the value. */
export interface QueryKey {
  /** Keywords, those of sequences first. */
  readonly path: readonly string[]
  readonly value: string
}

/** These hold numbers in binary form. */
const binaryNumbers = /^(US|SS|UL|SL|SV|UV|FL|FD)$/

/** `PatientName=DOE*`, `StudyDate=20260101-`, `ScheduledProcedureStepSequence.Modality=CT`, or a keyword alone. @throws CliError */
export function parseKey(text: string): QueryKey {
  const equals = text.indexOf('=')
  const name = equals < 0 ? text : text.slice(0, equals)
  const path = name.split('.').map((part) => {
    const tag = parseTag(part)
    if (tag === undefined) {
      throw usageError(
        `There is no attribute "${part}"; write a keyword such as PatientName, or a tag such as 00100010.`,
      )
    }
    return keywordOf(tag) ?? part
  })
  for (const [depth, part] of path.entries()) {
    const isSequence = vrOf(parseTag(part) ?? 0) === 'SQ'
    const inner = depth < path.length - 1
    if (inner && !isSequence)
      throw usageError(`${part} is no sequence, so nothing stands below it in "${text}".`)
    if (!inner && isSequence && equals >= 0) {
      throw usageError(`${part} is a sequence; write ${part}.KEYWORD=value for what is in it.`)
    }
  }
  const value = equals < 0 ? '' : text.slice(equals + 1)
  return { path, value: asWritten(value, vrOf(parseTag(path.at(-1) ?? '') ?? 0)) }
}

/**
 * The keys of a retrieval. Each has a value: without one it matches everything, and a variable of a script that is empty would fetch
 * the whole archive. @throws CliError
 */
export function parseRetrievalKeys(given: readonly string[]): QueryKey[] {
  const keys = given.map(parseKey)
  const empty = keys.find(({ value }) => value === '')
  if (empty) {
    const name = empty.path.join('.')
    throw usageError(`${name} has no value; say what is meant with ${name}=VALUE.`)
  }
  return keys
}

/** Dates and times as they are shown, in the form that they have in a data set (PS3.5 6.2): 2026-01-31, 08:30. */
function asWritten(value: string, vr: string): string {
  if (vr === 'DA') return value.replaceAll(/\b(\d{4})-(\d{2})-(\d{2})\b/g, '$1$2$3')
  if (vr === 'TM') return value.replaceAll(/\b(\d{2}):(\d{2})(?::(\d{2}))?/g, '$1$2$3')
  return value
}

/** The keys of a query: those given, and the usual ones of the level that were not given. */
export function withDefaults(given: readonly QueryKey[], defaults: readonly string[]): QueryKey[] {
  const named = new Map(given.map((key) => [key.path.join('.'), key]))
  const usual = defaults.map((name) => named.get(name) ?? { path: name.split('.'), value: '' })
  const others = given.filter(({ path }) => !defaults.includes(path.join('.')))
  return [...usual, ...others]
}

/** The identifier of a request. @throws UsageError for a value that its attribute cannot have */
export function identifierOf(keys: readonly QueryKey[], { level }: Pick<Scope, 'level'>): DicomJson {
  const root: Tree = new Map()
  for (const { path, value } of keys) {
    let at = root
    for (const part of path.slice(0, -1)) {
      const below = at.get(part)
      const next: Tree = typeof below === 'object' ? below : new Map<string, string | Tree>()
      at.set(part, next)
      at = next
    }
    const name = path.at(-1) ?? ''
    if (typeof at.get(name) !== 'object') at.set(name, value)
  }
  return identifier({
    ...(level !== undefined && { QueryRetrieveLevel: level.toUpperCase() }),
    ...valuesIn(root),
  })
}

type Tree = Map<string, string | Tree>

function valuesIn(tree: Tree): Record<string, KeywordValue> {
  return Object.fromEntries(
    [...tree].map(([name, value]): [string, KeywordValue] => {
      if (typeof value === 'object') return [name, [valuesIn(value)]]
      const vr = vrOf(parseTag(name) ?? 0)
      if (vr === 'SQ') return [name, []]
      return [name, binaryNumbers.test(vr) ? numbersIn(name, value) : value]
    }),
  )
}

function numbersIn(name: string, text: string): number[] {
  if (text === '') return []
  return text.split('\\').map((each) => {
    const value = Number(each)
    if (each.trim() !== '' && Number.isFinite(value)) return value
    throw usageError(`${name} holds a number, not "${each}".`)
  })
}
