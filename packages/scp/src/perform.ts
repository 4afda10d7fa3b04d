import type { Request } from '@dcm/dimse'
import { FairTurn } from './fair-turn.ts'
import type { Answer, ServiceOperation } from './service-operation.ts'
import type { Handler } from './service.ts'

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
  const turn = new FairTurn()
  let step = await answers.next()
  try {
    while (!step.done) {
      await operation.respond(step.value)
      if (turn.isOver) await turn.pause()
      step = await answers.next()
    }
    return step.value
  } finally {
    // The peer is gone, or the answer was impossible: the generator closes what it has open.
    if (!step.done) await answers.return(undefined)
  }
}
