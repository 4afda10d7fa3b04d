import { type AcceptorPolicy, UsageError } from '@dcm/association'
import type { Service } from './service.ts'

/** All services as one policy, and the way back from an abstract syntax to its service. */
export function serviceLookup(services: readonly Service[]): {
  readonly policy: AcceptorPolicy
  readonly serviceFor: (abstractSyntax: string) => Service | undefined
} {
  const byAbstractSyntax = new Map<string, Service>()
  for (const service of services) {
    for (const { abstractSyntax } of service.abstractSyntaxes) {
      if (byAbstractSyntax.has(abstractSyntax)) {
        throw new UsageError(`two services for the abstract syntax ${abstractSyntax}`, 'DCM_SERVICE_TWICE')
      }
      byAbstractSyntax.set(abstractSyntax, service)
    }
  }
  const other = (abstractSyntax: string): Service | undefined =>
    services.find((service) => service.otherAbstractSyntax?.(abstractSyntax))
  return {
    policy: {
      abstractSyntaxes: services.flatMap((service) => service.abstractSyntaxes),
      otherAbstractSyntax: (abstractSyntax) => other(abstractSyntax)?.otherAbstractSyntax?.(abstractSyntax),
    },
    serviceFor: (abstractSyntax) => byAbstractSyntax.get(abstractSyntax) ?? other(abstractSyntax),
  }
}
