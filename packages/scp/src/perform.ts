import { setImmediate } from 'node:timers/promises'
import type { Request } from '@dcm/dimse'
import type { Answer, ServiceOperation } from './service-operation.ts'
import type { Handler } from './service.ts'

/**
 * How long one operation's answers may keep all others waiting, in milliseconds. A handler that has its answers ready and a peer that
 * reads as fast as we write never make us wait, so that not even the C-CANCEL would be read.
 */
const longestTurnMs = 5

/** Runs a handler and sends what it answers. Rejects with what it throws. */
export async function perform<Rq extends Request>(
  handler: Handler<Rq>,
  operation: ServiceOperation<Rq>,
): Promise<void> {
  const performing = handler(operation)
  const last = 'next' in performing ? await respondPending(performing, operation) : await performing
  if (last) await operation.respond(last)
}

async function respondPending<Rq extends Request>(
  answers: AsyncGenerator<Answer<Rq>, Answer<Rq> | undefined, undefined>,
  operation: ServiceOperation<Rq>,
): Promise<Answer<Rq> | undefined> {
  let turnBegan = performance.now()
  let step = await answers.next()
  try {
    while (!step.done) {
      await operation.respond(step.value)
      if (performance.now() - turnBegan >= longestTurnMs) {
        await setImmediate()
        turnBegan = performance.now()
      }
      step = await answers.next()
    }
    return step.value
  } finally {
    // The peer is gone, or the answer was impossible: the generator closes what it has open.
    if (!step.done) await answers.return(undefined)
  }
}
