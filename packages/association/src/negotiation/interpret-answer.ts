import { type AssociateAc, type AssociateRq, isUid, type RoleSelection } from '@dcm/pdu'
import {
  type AcceptedPresentationContext,
  defaultRoles,
  type NegotiatedRoles,
} from './accepted-presentation-context.ts'
import { smallerWindow } from './negotiate.ts'

/** What an A-ASSOCIATE-AC comes to for its requestor. */
export interface InterpretedAnswer {
  readonly contexts: ReadonlyMap<number, AcceptedPresentationContext>
  /** Operations we may invoke, and perform; 0 = unlimited. 1 and 1 unless both sides said otherwise. */
  readonly asynchronousOperationsWindow: { readonly invoked: number; readonly performed: number }
  /** What the answer says that the request does not allow: the association cannot be trusted. */
  readonly violations: readonly string[]
}

/** Reads an answer against its request (PS3.8 9.3.3, PS3.7 D.3.3). */
export function interpretAnswer(request: AssociateRq, answer: AssociateAc): InterpretedAnswer {
  const violations: string[] = []
  const contexts = new Map<number, AcceptedPresentationContext>()
  for (const { presentationContextId, result, transferSyntax } of answer.presentationContexts) {
    const id = String(presentationContextId)
    const proposed = request.presentationContexts.find(
      (context) => context.presentationContextId === presentationContextId,
    )
    if (!proposed) {
      violations.push(`presentation context ${id} was not proposed`)
    } else if (result === 0) {
      const { abstractSyntax } = proposed
      if (!isUid(transferSyntax) || !proposed.transferSyntaxes.includes(transferSyntax)) {
        violations.push(
          `presentation context ${id} was accepted with a transfer syntax that was not proposed`,
        )
      } else if (isUid(abstractSyntax)) {
        contexts.set(presentationContextId, {
          presentationContextId,
          abstractSyntax,
          transferSyntax,
          roles: rolesOf(abstractSyntax, request, answer),
        })
      }
    }
  }
  return { contexts, asynchronousOperationsWindow: window(request, answer), violations }
}

/** PS3.7 D.3.3.4: both sides must have said it; without an answer the defaults hold. */
function rolesOf(sopClassUid: string, request: AssociateRq, answer: AssociateAc): NegotiatedRoles {
  const of = (selections: readonly RoleSelection[] | undefined): RoleSelection | undefined =>
    selections?.find((selection) => selection.sopClassUid === sopClassUid)
  const proposed = of(request.userInformation.roleSelections)
  const granted = of(answer.userInformation.roleSelections)
  if (!proposed || !granted) return defaultRoles
  const scu = proposed.scuRole && granted.scuRole
  const scp = proposed.scpRole && granted.scpRole
  return { requestor: { scu, scp }, acceptor: { scu: scp, scp: scu } }
}

function window(
  request: AssociateRq,
  answer: AssociateAc,
): InterpretedAnswer['asynchronousOperationsWindow'] {
  const asked = request.userInformation.asynchronousOperationsWindow
  const granted = answer.userInformation.asynchronousOperationsWindow
  if (!asked || !granted) return { invoked: 1, performed: 1 }
  return {
    invoked: smallerWindow(asked.maximumNumberOperationsInvoked, granted.maximumNumberOperationsInvoked),
    performed: smallerWindow(
      asked.maximumNumberOperationsPerformed,
      granted.maximumNumberOperationsPerformed,
    ),
  }
}
