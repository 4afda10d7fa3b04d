import { generalMeanings, meaningsOf, type StatusContext } from './status-meanings.ts'
import { statusCategory } from './status-category.ts'

/** A status in words, for logs and people: `failure A700H: refused, out of resources`. */
export function describeStatus(code: number, context?: StatusContext): string {
  const heading = `${statusCategory(code)} ${code.toString(16).padStart(4, '0').toUpperCase()}H`
  const meaning = (context && serviceMeaning(code, context)) ?? generalMeanings[code]
  return meaning === undefined ? heading : `${heading}: ${meaning}`
}

/** What a service says that a code means; undefined where it says nothing of its own. */
export function serviceMeaning(code: number, context: StatusContext): string | undefined {
  const meanings = meaningsOf(context)
  if (!meanings) return undefined
  return meanings.codes[code] ?? meanings.ranges?.find(([from, to]) => code >= from && code <= to)?.[2]
}
