import { type AeTitle, type AssociationIndication, parseAeTitle } from '@dcm/association'
import { isAllowed } from '../is-allowed.ts'

/** AE titles that are taken: a list, or a look-up, which has `decisionTimeoutMs` to answer. */
export type AeTitleRule =
  readonly string[] | ((aeTitle: AeTitle, indication: AssociationIndication) => boolean | Promise<boolean>)

export type AeTitleJudge = (aeTitle: AeTitle, indication: AssociationIndication) => boolean | Promise<boolean>

/** Which AE titles are taken: those of a list, any, or as a look-up says. */
export type AeTitlesInForce = readonly AeTitle[] | 'any' | 'look-up'

export function aeTitlesInForce(rule: AeTitleRule | undefined): AeTitlesInForce {
  if (!rule) return 'any'
  return typeof rule === 'function' ? 'look-up' : rule.map(parseAeTitle)
}

/** @throws UsageError for an impossible AE title in a list. */
export function aeTitleJudge(rule: AeTitleRule | undefined): AeTitleJudge {
  if (!rule) return () => true
  if (typeof rule === 'function') {
    return async (...line) => isAllowed('the rule for AE titles', await rule(...line))
  }
  const listed = new Set(rule.map(parseAeTitle))
  return (aeTitle) => listed.has(aeTitle)
}
