import { type ProposedPresentationContext, type RoleSelection, type Uid, UsageError } from '@dcm/pdu'
import { hasRole, type ServiceRoles } from './service-roles.ts'

/** Odd identifiers 1 to 255 (PS3.8 9.3.2.2). */
export const maximumPresentationContexts = 128

/** Something a requestor wants to send or ask. */
export interface WantedContext {
  readonly abstractSyntax: Uid
  /** Any of these will do, the best first; one at least. */
  readonly transferSyntaxes: readonly Uid[]
  /** The requestor's roles, to be negotiated (PS3.7 D.3.3.4). Default: SCU, which needs no words. */
  readonly roles?: ServiceRoles
}

/**
 * Presentation contexts for what is wanted, with odd ids from 1. Each wanted entry becomes a context of its own, since the
 * acceptor picks one transfer syntax per context: files that must go as they are need a context per syntax. Equal entries are
 * proposed once. For entries with roles, {@link proposeRoles} has the rest.
 *
 * @throws UsageError `DCM_TOO_MANY_CONTEXTS` for more than 128: see `planAssociations()`; `DCM_CONTEXT_EMPTY` for an entry without
 * a transfer syntax
 */
export function proposeContexts(wanted: readonly WantedContext[]): ProposedPresentationContext[] {
  const distinct = distinctContexts(wanted)
  if (distinct.length > maximumPresentationContexts) {
    throw new UsageError(
      `${String(distinct.length)} presentation contexts exceed the ${String(maximumPresentationContexts)} of one association`,
      'DCM_TOO_MANY_CONTEXTS',
    )
  }
  return distinct.map(({ abstractSyntax, transferSyntaxes }, index) => ({
    presentationContextId: 2 * index + 1,
    abstractSyntax,
    transferSyntaxes,
  }))
}

/**
 * The 54H sub-items for what is wanted: one for each abstract syntax with roles, which are those of all its entries together, as
 * there is no role of a single context (PS3.7 D.3.3.4).
 *
 * @throws UsageError `DCM_ROLES_EMPTY` for roles that are neither SCU nor SCP
 */
export function proposeRoles(wanted: readonly WantedContext[]): RoleSelection[] {
  return [...Map.groupBy(wanted, ({ abstractSyntax }) => abstractSyntax)].flatMap(
    ([sopClassUid, entries]) => {
      // An entry without roles wants to be SCU; once 54H is sent that has to be said.
      const roles = entries.map((entry) => entry.roles ?? { scu: true, scp: false })
      if (!roles.every(hasRole)) {
        throw new UsageError(
          `the roles wanted for ${sopClassUid} are neither SCU nor SCP; allowed is one at least`,
          'DCM_ROLES_EMPTY',
        )
      }
      if (!entries.some((entry) => entry.roles)) return []
      return [
        {
          sopClassUid,
          scuRole: roles.some(({ scu }) => scu),
          scpRole: roles.some(({ scp }) => scp),
        },
      ]
    },
  )
}

/** A context to propose, as yet without an id. */
export type UnnumberedContext = Pick<WantedContext, 'abstractSyntax' | 'transferSyntaxes'>

/** Entries that differ in abstract or transfer syntaxes; equal ones once. */
export function distinctContexts(wanted: readonly WantedContext[]): UnnumberedContext[] {
  const distinct = new Map<string, UnnumberedContext>()
  for (const { abstractSyntax, transferSyntaxes } of wanted) {
    if (transferSyntaxes.length === 0) {
      throw new UsageError(
        `no transfer syntax is wanted for ${abstractSyntax}; one is needed at least`,
        'DCM_CONTEXT_EMPTY',
      )
    }
    const context = { abstractSyntax, transferSyntaxes: [...new Set(transferSyntaxes)] }
    distinct.set([abstractSyntax, ...context.transferSyntaxes].join(' '), context)
  }
  return [...distinct.values()]
}
