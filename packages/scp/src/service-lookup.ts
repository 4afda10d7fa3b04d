import { type AcceptorPolicy, type SupportedAbstractSyntax, UsageError } from '@dcm/association'
import type { Request } from '@dcm/dimse'
import { requireServices } from './require-services.ts'
import type { Handler, Service } from './service.ts'

/** Which handler performs a request on a presentation context. */
export type HandlerLookup = (abstractSyntax: string, type: Request['type']) => Handler | undefined

/** All services as one policy, and the way back from an abstract syntax and a request to its handler. */
export function serviceLookup(services: readonly Service[]): {
  readonly policy: AcceptorPolicy
  readonly handlerFor: HandlerLookup
} {
  requireServices(services)
  const listed = new Map<string, { supported: SupportedAbstractSyntax; services: Service[] }>()
  for (const service of services) {
    for (const supported of service.abstractSyntaxes) {
      const { abstractSyntax } = supported
      const entry = listed.get(abstractSyntax)
      if (entry) {
        requireOneHandlerEach(abstractSyntax, entry.services, service)
        entry.supported = together(entry.supported, supported)
        entry.services.push(service)
      } else {
        listed.set(abstractSyntax, { supported, services: [service] })
      }
    }
  }
  const other = (abstractSyntax: string): Service | undefined =>
    services.find((service) => service.otherAbstractSyntax?.(abstractSyntax))
  return {
    policy: {
      abstractSyntaxes: [...listed.values()].map(({ supported }) => supported),
      otherAbstractSyntax: (abstractSyntax) => other(abstractSyntax)?.otherAbstractSyntax?.(abstractSyntax),
      refuse: (abstractSyntax, { userInformation }) => {
        const { scu } = listed.get(abstractSyntax)?.supported.requestorRoles ?? scuOnly
        const proposed = userInformation.roleSelections?.some(
          ({ sopClassUid }) => sopClassUid === abstractSyntax,
        )
        // Accepted, it could only fail: the requestor would be the SCU of something that is not done.
        return scu || proposed
          ? undefined
          : 'the requestor can only be its SCP, and has to propose itself as that'
      },
    },
    handlerFor: (abstractSyntax, type) => {
      const entry = listed.get(abstractSyntax)
      const candidates = entry ? entry.services : [other(abstractSyntax)]
      // Kept by the type of its request, so it gets no other.
      return candidates.find((service) => service?.handlers[type])?.handlers[type] as Handler | undefined
    },
  }
}

function requireOneHandlerEach(abstractSyntax: string, others: readonly Service[], service: Service): void {
  for (const type of Object.keys(service.handlers) as Request['type'][]) {
    if (!service.handlers[type] || !others.some(({ handlers }) => handlers[type])) continue
    throw new UsageError(
      `two services perform ${type} for the abstract syntax ${abstractSyntax}`,
      'DCM_SERVICE_TWICE',
    )
  }
}

/** What both take, the first one's preference first. */
function together(one: SupportedAbstractSyntax, other: SupportedAbstractSyntax): SupportedAbstractSyntax {
  const [ours, theirs] = [one.requestorRoles ?? scuOnly, other.requestorRoles ?? scuOnly]
  return {
    ...other,
    ...one,
    transferSyntaxes:
      one.transferSyntaxes === other.transferSyntaxes
        ? one.transferSyntaxes
        : [...new Set([...one.transferSyntaxes, ...other.transferSyntaxes])],
    requestorRoles: { scu: ours.scu || theirs.scu, scp: ours.scp || theirs.scp },
  }
}

/** PS3.7 D.3.3.4: without role selection. */
const scuOnly = { scu: true, scp: false } as const
