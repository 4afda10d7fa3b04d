import type { AeTitle, NegotiatedRoles, SupportedAbstractSyntax } from '@dcm/association'
import type { Operation, Request } from '@dcm/dimse'
import type { Connection } from '@dcm/transport'
import type { Logger } from './logger.ts'

/** Who is at the other end, as far as it is known. */
export interface Peer {
  readonly associationId: number
  readonly callingAeTitle: AeTitle
  readonly calledAeTitle: AeTitle
  /** Addresses, and what each security layer authenticated. */
  readonly connection: Connection
}

/** One operation for a handler: the request, and the way to answer it. */
export interface ServiceOperation<Command extends Request = Request> {
  readonly request: Command
  readonly abstractSyntax: string
  readonly transferSyntax: string
  readonly roles: NegotiatedRoles
  /** What came with the request. Read it, or leave it: what is left is dropped when the last response goes out. */
  readonly dataSet: Operation['dataSet']
  /** Fires on C-CANCEL, and when the association is over. */
  readonly signal: AbortSignal
  readonly peer: Peer
  readonly logger: Logger
  readonly respond: Operation['respond']
}

type Handlers = {
  readonly [Type in Request['type']]?: (
    operation: ServiceOperation<Extract<Request, { type: Type }>>,
  ) => Promise<void>
}

/**
 * A service as data: what it negotiates, and what it does. A handler answers its operation; one that throws, or forgets to,
 * is answered with 0110H (processing failure), and the association goes on.
 */
export interface Service {
  readonly abstractSyntaxes: readonly SupportedAbstractSyntax[]
  /** Takes abstract syntaxes that no service lists; undefined leaves them refused. */
  readonly otherAbstractSyntax?: (
    abstractSyntax: string,
  ) => Omit<SupportedAbstractSyntax, 'abstractSyntax'> | undefined
  readonly handlers: Handlers
}
