import { isUid, type ServiceRoles } from '@dcm/association'
import {
  carriesSopClass,
  type DimseService,
  hasService,
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
  const sopClassUid = sopClassOf(request)
  if (!carriesSopClass(abstractSyntax, sopClassUid)) {
    // PS3.7 9.1 for composite ones, C.5 for normalized ones.
    return { status: request.type.startsWith('C-') ? statuses.SopClassNotSupported : statuses.NoSuchSopClass }
  }
  const isAgreed = performs(roles.acceptor, request.type)
  // One handler may serve several SOP classes; not all of them have its service.
  if (!isHandled || !isAgreed || !hasService(abstractSyntax, sopClassUid, serviceOf(request.type))) {
    return { status: statuses.UnrecognizedOperation }
  }
  const sopInstanceUid = sopInstanceOf(request)
  // PS3.7 C.5.12: the UID does not follow the rules of PS3.5 9.
  if (sopInstanceUid !== undefined && !isUid(sopInstanceUid)) return { status: statuses.InvalidSopInstance }
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
  return performerOf(serviceOf(type)) === 'SCP' ? roles.scp : roles.scu
}

/** Undefined where there is none, or the performer is to choose it (PS3.7 10.1.5.1.4). */
function sopInstanceOf(request: Request): string | undefined {
  if ('requestedSopInstanceUid' in request) return request.requestedSopInstanceUid
  return 'affectedSopInstanceUid' in request ? request.affectedSopInstanceUid : undefined
}

function serviceOf(type: Request['type']): DimseService {
  return type.slice(0, -'-RQ'.length) as DimseService
}
