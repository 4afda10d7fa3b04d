import { type ProposedPresentationContext, type RoleSelection, uidName } from '@dcm/pdu'
import { rolesInWords } from '../describe/words.ts'
import {
  distinctContexts,
  maximumPresentationContexts,
  proposeContexts,
  proposeRoles,
  type UnnumberedContext,
  type WantedContext,
} from './propose-contexts.ts'

/** What one association proposes: spread it into the association request. */
export interface AssociationProposal {
  readonly presentationContexts: readonly ProposedPresentationContext[]
  readonly userInformation: { readonly roleSelections?: readonly RoleSelection[] }
}

/**
 * As many associations as are needed for what is wanted, at most 128 contexts each. What belongs to one abstract syntax stays on one
 * association, so that an instance finds all its transfer syntaxes there, unless it fills more than one by itself.
 *
 * @throws UsageError `DCM_CONTEXT_EMPTY`, `DCM_ROLES_EMPTY`
 */
export function planAssociations(wanted: readonly WantedContext[]): AssociationProposal[] {
  const groups = Map.groupBy(distinctContexts(wanted), ({ abstractSyntax }) => abstractSyntax)
  const plan: UnnumberedContext[][] = []
  for (const group of groups.values()) {
    for (let from = 0; from < group.length; from += maximumPresentationContexts) {
      const part = group.slice(from, from + maximumPresentationContexts)
      const roomy = plan.find((contexts) => contexts.length + part.length <= maximumPresentationContexts)
      if (roomy) roomy.push(...part)
      else plan.push(part)
    }
  }
  const roles = proposeRoles(wanted)
  return plan.map((contexts) => {
    const here = new Set<string>(contexts.map(({ abstractSyntax }) => abstractSyntax))
    const roleSelections = roles.filter(({ sopClassUid }) => here.has(sopClassUid))
    return {
      presentationContexts: proposeContexts(contexts),
      userInformation: roleSelections.length > 0 ? { roleSelections } : {},
    }
  })
}

/** A plan as text, one line a context or role. */
export function formatPlan(plan: readonly AssociationProposal[]): string {
  if (plan.length === 0) return 'no associations: nothing is wanted'
  return plan
    .flatMap(({ presentationContexts, userInformation }, index) => [
      `association ${String(index + 1)} of ${String(plan.length)}: presentation contexts: ${String(presentationContexts.length)}`,
      ...presentationContexts.map(({ presentationContextId, abstractSyntax, transferSyntaxes }) => {
        const id = String(presentationContextId).padStart(5)
        return `${id}  ${uidName(abstractSyntax)}: ${transferSyntaxes.map(uidName).join(', ')}`
      }),
      ...(userInformation.roleSelections ?? []).map(({ sopClassUid, scuRole, scpRole }) => {
        return `       ${uidName(sopClassUid)}: as ${rolesInWords({ scu: scuRole, scp: scpRole })}`
      }),
    ])
    .join('\n')
}
