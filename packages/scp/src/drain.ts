import type { Clock } from '@dcm/transport'
import type { AssociationHandler } from './association-handler.ts'
import { ScpClosingError } from './scp-closing-error.ts'
import type { AbortedAssociation } from './scp.ts'

/**
 * How long an association may be without an operation before a closing SCP ends it. Long enough for a requestor
 * that has its last answer to release, or to send what comes next.
 */
const idleGraceMs = 1_000

/** How long before the end handlers are told to stop: time to answer instead of being cut off. At most half of the whole. */
const lastCallMs = 1_000

/** How long handlers may clean up after the abort before nobody waits for them: one that hangs must not keep the SCP open. */
const cleanUpMs = 1_000

/** Waits for the associations to end by themselves, at most `drainMs`, then aborts what is left and says what it was. */
export async function drain(
  handlers: ReadonlyMap<AssociationHandler, Promise<void>>,
  drainMs: number,
  clock: Clock,
): Promise<AbortedAssociation[]> {
  const aborted: AbortedAssociation[] = []
  const abort = (handler: AssociationHandler): void => {
    aborted.push({
      associationId: handler.association.id,
      callingAeTitle: handler.peer.callingAeTitle,
      outstandingOperations: handler.channel.outstandingOperations,
    })
    handler.channel.abort(new ScpClosingError())
  }
  const deadline = clock.now() + drainMs
  const lastCall = deadline - Math.min(lastCallMs, drainMs / 2)
  const idle = new Map<AssociationHandler, { readonly sinceMs: number; readonly operations: number }>()
  while (handlers.size > 0) {
    const now = clock.now()
    if (now >= deadline + cleanUpMs) break
    for (const handler of handlers.keys()) {
      if (handler.association.over) continue
      if (now >= lastCall) handler.interrupt(new ScpClosingError())
      const { performed, failed } = handler.counts
      const operations = performed + failed
      if (handler.channel.busy) idle.delete(handler)
      // Operations may begin and end between two looks.
      else if (idle.get(handler)?.operations !== operations) idle.set(handler, { sinceMs: now, operations })
      const idleMs = now - (idle.get(handler)?.sinceMs ?? now)
      if (now >= deadline || idleMs >= Math.min(idleGraceMs, drainMs)) abort(handler)
    }
    await Promise.race([Promise.all(handlers.values()), wait(clock, 50)])
  }
  return aborted
}

function wait(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimeout(resolve, ms)
  })
}
