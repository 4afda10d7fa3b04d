export type {
  AcceptedPresentationContext,
  ContextAnswers,
  ContextExplanation,
} from './accepted-presentation-context.ts'
export type { AcceptorPolicy, SupportedAbstractSyntax, TransferSyntaxOrder } from './acceptor-policy.ts'
export type { NegotiatedUserInformation } from './answer-user-information.ts'
export { contextsForInstances, type InstanceToSend } from './contexts-for-instances.ts'
export { interpretAnswer, type InterpretedAnswer } from './interpret-answer.ts'
export { judgeRequest } from './judge-request.ts'
export { maximumPdvLength, maximumSentLengthBytes } from './maximum-pdv-length.ts'
export { acceptorPolicy, negotiate, type NegotiationResult } from './negotiate.ts'
export type { OperationsWindow } from './operations-window.ts'
export { type AssociationProposal, formatPlan, planAssociations } from './plan-associations.ts'
export {
  maximumPresentationContexts,
  proposeContexts,
  proposeRoles,
  type WantedContext,
} from './propose-contexts.ts'
export { defaultRoles, type NegotiatedRoles, type ServiceRoles } from './service-roles.ts'
