import { UsageError } from '@dcm/association'

/**
 * The answer to whether something may be done. Nothing but true allows it; what is no boolean, such as `{ allowed: false }` from
 * JavaScript, is no answer.
 *
 * @throws UsageError `DCM_ANSWER_TYPE`
 */
export function isAllowed(asked: string, answer: unknown): boolean {
  if (typeof answer === 'boolean') return answer
  throw new UsageError(
    `${asked}() gave a value of type ${typeof answer}; allowed are true and false`,
    'DCM_ANSWER_TYPE',
  )
}

/** @throws UsageError `DCM_ANSWER_TYPE` for what `admit()` may not give, such as false, which would let in */
export function requireRejection(answer: unknown): void {
  if (answer === undefined || (typeof answer === 'object' && answer !== null)) return
  throw new UsageError(
    `admit() gave ${JSON.stringify(answer)}; allowed is a rejection, such as { result: 1, source: 1, reason: 1 }, or undefined`,
    'DCM_ANSWER_TYPE',
  )
}
