import { type AeTitle, type AssociationIndication, parseAeTitle } from '@dcm/association'
import { isAllowed } from '../is-allowed.ts'

/** AE titles that are taken: a list, or a look-up, which has `decisionTimeoutMs` to answer. */
export type AeTitleRule =
  readonly string[] | ((aeTitle: AeTitle, indication: AssociationIndication) => boolean | Promise<boolean>)

export type AeTitleJudge = (aeTitle: AeTitle, indication: AssociationIndication) => boolean | Promise<boolean>

/** @throws UsageError for an impossible AE title in a list. */
export function aeTitleJudge(rule: AeTitleRule | undefined): AeTitleJudge {
  if (!rule) return () => true
  if (typeof rule === 'function') {
    return async (...line) => isAllowed('the rule for AE titles', await rule(...line))
  }
  const listed = new Set(rule.map(parseAeTitle))
  return (aeTitle) => listed.has(aeTitle)
}
