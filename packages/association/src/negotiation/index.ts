export {
  type AcceptedPresentationContext,
  type ContextAnswers,
  type ContextExplanation,
  defaultRoles,
  type NegotiatedRoles,
  type ServiceRoles,
} from './accepted-presentation-context.ts'
export type { AcceptorPolicy, SupportedAbstractSyntax, TransferSyntaxOrder } from './acceptor-policy.ts'
export { interpretAnswer, type InterpretedAnswer } from './interpret-answer.ts'
export { judgeRequest } from './judge-request.ts'
export { maximumPdvLength } from './maximum-pdv-length.ts'
export { acceptorPolicy, negotiate, type NegotiationResult } from './negotiate.ts'
export {
  formatPlan,
  maximumPresentationContexts,
  planAssociations,
  proposeContexts,
  type WantedContext,
} from './propose-contexts.ts'
