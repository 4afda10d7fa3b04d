import type { SupportedAbstractSyntax } from '@dcm/association'
import type { CommandOf, Request } from '@dcm/dimse'
import type { Answer, ServiceOperation } from './service-operation.ts'

/**
 * A service as data: what it negotiates, and what it does. Several services may share an abstract syntax — a C-GET service
 * asks for storage contexts in which the requestor is the SCP, and leaves C-STORE to another — as long as one handles
 * each request: their roles and transfer syntaxes are added up.
 */
export interface Service {
  /** With the roles that a requestor may have (`requestorRoles`); SCU only when nothing is said. */
  readonly abstractSyntaxes: readonly SupportedAbstractSyntax[]
  /** Takes abstract syntaxes that no service lists; undefined leaves them refused. */
  readonly otherAbstractSyntax?: (
    abstractSyntax: string,
  ) => Omit<SupportedAbstractSyntax, 'abstractSyntax'> | undefined
  readonly handlers: Handlers
}

/** Handlers by the request they perform, or those of them in `Type`. */
export type Handlers<Type extends Request['type'] = Request['type']> = {
  readonly [Each in Type]?: Handler<CommandOf<Each>> | undefined
}

/**
 * Performs one operation. What an async function resolves with is the last response; an async generator yields responses with
 * a pending status first, each sent before the next is asked for, and returns the last. A handler that has answered with
 * `respond` itself returns nothing, and may go on: to report an event, for example.
 *
 * What it throws becomes a failure, `StatusError` with its own status and anything else with 0110H (C-STORE, C-FIND, C-GET
 * and C-MOVE: C000H), and the association goes on. After a C-CANCEL, what it throws becomes FE00H.
 */
export type Handler<Rq extends Request = Request> = (
  operation: ServiceOperation<Rq>,
) => Promise<Answer<Rq> | undefined> | AsyncGenerator<Answer<Rq>, Answer<Rq> | undefined, undefined>
