import type { Request } from '@dcm/dimse'
import { FairTurn } from './fair-turn.ts'
import { requireAnswer } from './require-answer.ts'
import type { Answer, ServiceOperation } from './service-operation.ts'
import type { Handler } from './service.ts'

/** Runs a handler and sends what it answers. Rejects with what it throws, and for what is no answer. */
export async function perform<Rq extends Request>(
  handler: Handler<Rq>,
  operation: ServiceOperation<Rq>,
  respond = operation.respond,
): Promise<void> {
  const performing = handler(operation)
  const last = isGenerator(performing) ? await respondPending(performing, respond) : await performing
  if (last === undefined) return
  requireAnswer(last)
  await respond(last)
}

/** Of an async function*; a function of JavaScript may give anything else. */
function isGenerator<Rq extends Request>(performing: ReturnType<Handler<Rq>>): performing is Answers<Rq> {
  return 'next' in Object(performing)
}

type Answers<Rq extends Request> = Extract<ReturnType<Handler<Rq>>, AsyncGenerator>

async function respondPending<Rq extends Request>(
  answers: Answers<Rq>,
  respond: ServiceOperation<Rq>['respond'],
): Promise<Answer<Rq> | undefined> {
  const turn = new FairTurn()
  let step = await answers.next()
  try {
    while (!step.done) {
      requireAnswer(step.value)
      await respond(step.value)
      if (turn.isOver) await turn.pause()
      step = await answers.next()
    }
    return step.value
  } finally {
    // The peer is gone, or the answer was impossible: the generator closes what it has open.
    if (!step.done) await answers.return(undefined)
  }
}
