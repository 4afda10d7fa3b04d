import type {
  Abort,
  AssociateAc,
  AssociateRj,
  AssociateRq,
  PresentationContextAnswer,
  ProposedPresentationContext,
} from '@dcm/pdu'
import { describeUserInformation } from './describe-user-information.ts'
import { bounded, named, quoted } from './printable.ts'
import { abortWords, contextResults, rejectionWords, rolesInWords } from './words.ts'

/** So many transfer syntaxes of a context are shown: PS3.6 has 63, so nothing that can be meant is left out. */
const shownTransferSyntaxes = 64

/**
 * A request, and what came back if anything did, line by line as the command-line tools of other toolkits print them. Safe for a
 * log: what the peer sent is escaped and bounded, and the fields of a user identity are told by their length only.
 */
export function describeAssociation(
  request: AssociateRq,
  answer?: AssociateAc | AssociateRj | Abort,
): string {
  return [...describeRequest(request), ...(answer ? describeAnswer(request, answer) : [])].join('\n')
}

function describeRequest(request: AssociateRq): string[] {
  const roles = new Map(
    request.userInformation.roleSelections?.map(({ sopClassUid, scuRole, scpRole }) => [
      sopClassUid,
      rolesInWords({ scu: scuRole, scp: scpRole }),
    ]),
  )
  return [
    'A-ASSOCIATE-RQ',
    `  Protocol version: ${request.protocolVersion.toString(16).padStart(4, '0').toUpperCase()}H`,
    `  Calling AE title: ${quoted(request.callingAeTitle)}`,
    `  Called AE title: ${quoted(request.calledAeTitle)}`,
    `  Application context: ${named(request.applicationContextName)}`,
    ...describeUserInformation(request.userInformation),
    `  Presentation contexts: ${String(request.presentationContexts.length)}`,
    ...request.presentationContexts.flatMap(({ presentationContextId, abstractSyntax, transferSyntaxes }) => [
      `    ${String(presentationContextId)}: ${named(abstractSyntax)}`,
      `      requestor's roles: ${roles.get(abstractSyntax) ?? 'default'}`,
      ...bounded(transferSyntaxes, shownTransferSyntaxes, (syntax) => `      ${named(syntax)}`),
    ]),
  ]
}

function describeAnswer(request: AssociateRq, answer: AssociateAc | AssociateRj | Abort): string[] {
  switch (answer.type) {
    case 'A-ASSOCIATE-RJ':
      return ['A-ASSOCIATE-RJ', `  ${rejectionWords(answer)}`]
    case 'A-ABORT':
      return ['A-ABORT', `  ${abortWords(answer)}`]
    case 'A-ASSOCIATE-AC':
      return [
        'A-ASSOCIATE-AC',
        ...describeUserInformation(answer.userInformation),
        ...describeResults(request.presentationContexts, answer.presentationContexts),
      ]
  }
}

function describeResults(
  proposed: readonly ProposedPresentationContext[],
  answered: readonly PresentationContextAnswer[],
): string[] {
  const abstractSyntaxes = new Map(
    proposed.map(({ presentationContextId, abstractSyntax }) => [presentationContextId, abstractSyntax]),
  )
  const accepted = answered.filter(({ result }) => result === 0).length
  const lines = answered.map(({ presentationContextId, result, transferSyntax }) => {
    const abstractSyntax = abstractSyntaxes.get(presentationContextId)
    abstractSyntaxes.delete(presentationContextId)
    const what = abstractSyntax === undefined ? 'not proposed' : named(abstractSyntax)
    const outcome = result === 0 ? `accepted: ${named(transferSyntax)}` : `refused: ${contextResults[result]}`
    return `    ${String(presentationContextId)}: ${what}\n      ${outcome}`
  })
  const unanswered = [...abstractSyntaxes].map(
    ([id, abstractSyntax]) => `    ${String(id)}: ${named(abstractSyntax)}\n      not answered`,
  )
  return [
    `  Presentation contexts: ${String(accepted)} of ${String(proposed.length)} accepted`,
    ...lines,
    ...unanswered,
  ]
}
