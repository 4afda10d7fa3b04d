import type { NegotiatedRoles } from '@dcm/association'
import {
  carriesSopClass,
  type DimseService,
  type Operation,
  performerOf,
  type Request,
  sopClassOf,
  statuses,
} from '@dcm/dimse'
import type { Answer } from './service-operation.ts'

/** Why an operation is not one that was agreed on (PS3.7 C.5), or nothing; before any handler is asked. */
export function refusalOf(
  request: Request,
  { context: { abstractSyntax, roles }, faults }: Pick<Operation, 'context' | 'faults'>,
  isHandled: boolean,
): Answer | undefined {
  if (!carriesSopClass(abstractSyntax, sopClassOf(request))) {
    // PS3.7 9.1 for composite ones, C.5 for normalized ones.
    return { status: request.type.startsWith('C-') ? statuses.SopClassNotSupported : statuses.NoSuchSopClass }
  }
  if (!isHandled || !performs(roles.acceptor, request.type)) {
    return { status: statuses.UnrecognizedOperation }
  }
  const [fault] = faults
  // A data set too many is dropped; without one there is nothing to perform.
  if (!fault || request.hasDataSet) return undefined
  return {
    status: request.type.startsWith('C-') ? statuses.CannotUnderstand : statuses.MissingAttribute,
    errorComment: fault.message,
  }
}

/** Whether who has these roles answers such a request (PS3.7 D.3.3.4). */
export function performs(roles: ServiceRoles, type: Request['type']): boolean {
  return performerOf(type.slice(0, -'-RQ'.length) as DimseService) === 'SCP' ? roles.scp : roles.scu
}

type ServiceRoles = NegotiatedRoles['acceptor']
