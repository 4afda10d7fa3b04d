import {
  parseAeTitle,
  proposeContexts,
  proposeRoles,
  requestAssociation,
  requireTimeouts,
  requireWholeNumber,
} from '@dcm/association'
import { DimseChannel } from '@dcm/dimse'
import type { AssociateOptions } from './associate-options.ts'
import { extendedNegotiationsOf } from './contexts/extended-negotiations.ts'
import { wantedContexts } from './contexts/wanted-contexts.ts'
import { requireAssociateOptions } from './require-options.ts'
import { ScuAssociation } from './scu-association.ts'
import { userIdentityItem } from './user-identity.ts'

/**
 * How long the response timers rest while the reading is held back, in milliseconds: longer than anybody looks at what was found, and an
 * operation that waits for itself, behind answers that nobody takes, is told so some day.
 */
const restTimeoutMs = 3_600_000

/**
 * Connects and requests an association.
 *
 * @throws UsageError for what cannot be proposed; TransportError, SecurityError; AssociationRejectedError with what the peer said;
 * AssociationAbortedError; TimeoutError `connect`, `association-response`; the signal's reason. Nothing is left open then.
 */
export async function associate(options: AssociateOptions): Promise<ScuAssociation> {
  requireAssociateOptions(options)
  const wanted = wantedContexts(options)
  const presentationContexts = proposeContexts(wanted)
  const roleSelections = proposeRoles(wanted)
  const negotiations = extendedNegotiationsOf(options.contexts)
  const { to, transport, callingAeTitle, calledAeTitle, userIdentity, clock, signal, onEventReport } = options
  const { maximumOperationsInvoked = 1 } = options
  // Before anything is opened.
  requireTimeouts(options)
  requireTimeouts(options.association ?? {})
  // PS3.7 Table D.3-7: two bytes.
  requireWholeNumber('maximumOperationsInvoked', maximumOperationsInvoked, 0, 0xffff)
  for (const title of [callingAeTitle, calledAeTitle]) parseAeTitle(title)
  const identity = userIdentity && userIdentityItem(userIdentity)
  const connection = await transport.connect(to, signal && { signal })
  const association = await requestAssociation(
    connection,
    {
      callingAeTitle,
      calledAeTitle,
      presentationContexts,
      userInformation: {
        ...negotiations,
        roleSelections,
        ...(identity && { userIdentity: identity }),
        ...(maximumOperationsInvoked !== 1 && {
          asynchronousOperationsWindow: {
            maximumNumberOperationsInvoked: maximumOperationsInvoked,
            maximumNumberOperationsPerformed: 1,
          },
        }),
      },
    },
    { ...options.association, ...(clock && { clock }), ...(signal && { signal }) },
  ).catch((error: unknown) => {
    signal?.throwIfAborted()
    throw error
  })
  const { responseTimeoutMs, cancelTimeoutMs = 30_000, messageTimeoutMs } = options
  const channel = new DimseChannel(association, {
    restTimeoutMs,
    ...(responseTimeoutMs !== undefined && { responseTimeoutMs }),
    ...(messageTimeoutMs !== undefined && { messageTimeoutMs }),
  })
  return new ScuAssociation(channel, cancelTimeoutMs, onEventReport)
}
