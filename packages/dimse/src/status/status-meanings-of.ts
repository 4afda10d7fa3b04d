import { statusCategory, type StatusCategory } from './status-category.ts'
import { meaningsOf, type StatusContext } from './status-meanings.ts'

/** One status of a service, or a range of them that means the same. */
export interface StatusMeaning {
  readonly from: number
  /** The same as `from` for a single status. */
  readonly to: number
  readonly category: StatusCategory
  readonly meaning: string
}

/** The statuses that a service of PS3.4 adds to those of PS3.7 Annex C, or reads something else into; by value, ranges last. */
export function statusMeaningsOf(context: StatusContext): readonly StatusMeaning[] {
  const { codes = {}, ranges = [] } = meaningsOf(context) ?? {}
  return [
    ...Object.entries(codes).map(([code, meaning]) => entry(Number(code), Number(code), meaning)),
    ...ranges.map(([from, to, meaning]) => entry(from, to, meaning)),
  ]
}

function entry(from: number, to: number, meaning: string): StatusMeaning {
  return { from, to, category: statusCategory(from), meaning }
}
