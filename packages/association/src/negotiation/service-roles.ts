import type { RoleSelection } from '@dcm/pdu'

export interface ServiceRoles {
  readonly scu: boolean
  readonly scp: boolean
}

/** Which service roles the association requestor and acceptor have for a SOP class (PS3.7 D.3.3.4). */
export interface NegotiatedRoles {
  readonly requestor: ServiceRoles
  readonly acceptor: ServiceRoles
}

/** PS3.7 D.3.3.4: without negotiation the requestor is the SCU and the acceptor the SCP. */
export const defaultRoles: NegotiatedRoles = {
  requestor: { scu: true, scp: false },
  acceptor: { scu: false, scp: true },
}

/** Both sides' roles from the requestor's, which are the ones that 54H carries in both directions. */
export function rolesFromRequestor(requestor: ServiceRoles): NegotiatedRoles {
  return { requestor, acceptor: { scu: requestor.scp, scp: requestor.scu } }
}

/** The roles that both have: what was not proposed is never granted, and a grant of it is ignored (PS3.7 D.3.3.4). */
export function commonRoles(proposed: ServiceRoles, granted: ServiceRoles): ServiceRoles {
  return { scu: proposed.scu && granted.scu, scp: proposed.scp && granted.scp }
}

export function hasRole(roles: ServiceRoles): boolean {
  return roles.scu || roles.scp
}

/** The roles of 54H sub-items by SOP class. PS3.7 D.3.3.4 allows one for each; of several the first counts. */
export function rolesBySopClass(
  selections: readonly RoleSelection[] | undefined,
): ReadonlyMap<string, ServiceRoles> {
  const roles = new Map<string, ServiceRoles>()
  for (const { sopClassUid, scuRole, scpRole } of selections ?? []) {
    if (!roles.has(sopClassUid)) roles.set(sopClassUid, { scu: scuRole, scp: scpRole })
  }
  return roles
}

/** The same for a request: an item that proposes neither role proposes nothing, so it counts as absent. */
export function proposedRoles(
  selections: readonly RoleSelection[] | undefined,
): ReadonlyMap<string, ServiceRoles> {
  return rolesBySopClass(selections?.filter(({ scuRole, scpRole }) => scuRole || scpRole))
}
