import { generalStatuses, serviceStatuses, type StatusContext } from './status-meanings.ts'
import { statusCategory } from './status-category.ts'

/** A status in words, for logs and people: `failure A700H: refused, out of resources`. */
export function describeStatus(code: number, context?: StatusContext): string {
  const heading = `${statusCategory(code)} ${code.toString(16).padStart(4, '0').toUpperCase()}H`
  const meaning = (context && serviceMeaning(code, context)) ?? generalStatuses[code]
  return meaning === undefined ? heading : `${heading}: ${meaning}`
}

function serviceMeaning(code: number, context: StatusContext): string | undefined {
  const meanings = serviceStatuses[context]
  if (!meanings) return undefined
  // PS3.4 gives whole ranges to one meaning: the low byte, or the low 12 bits of Cxxx, are the implementation's.
  return meanings.codes[code] ?? meanings.ranges?.find(([from, to]) => code >= from && code <= to)?.[2]
}
