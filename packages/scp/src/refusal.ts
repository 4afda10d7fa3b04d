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
  { abstractSyntax, roles }: Operation['context'],
  isHandled: boolean,
): Answer | undefined {
  if (!carriesSopClass(abstractSyntax, sopClassOf(request))) {
    // PS3.7 9.1 for composite ones, C.5 for normalized ones.
    return { status: request.type.startsWith('C-') ? statuses.SopClassNotSupported : statuses.NoSuchSopClass }
  }
  return isHandled && performs(roles.acceptor, request.type)
    ? undefined
    : { status: statuses.UnrecognizedOperation }
}

/** Whether who has these roles answers such a request (PS3.7 D.3.3.4). */
export function performs(roles: ServiceRoles, type: Request['type']): boolean {
  return performerOf(type.slice(0, -'-RQ'.length) as DimseService) === 'SCP' ? roles.scp : roles.scu
}

type ServiceRoles = NegotiatedRoles['acceptor']
