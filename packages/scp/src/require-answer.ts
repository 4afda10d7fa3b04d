import { UsageError } from '@dcm/association'

/**
 * What a handler gives as an answer. A number, from JavaScript, would be success where that is the default.
 *
 * @throws UsageError `DCM_ANSWER_TYPE`
 */
export function requireAnswer(answer: unknown): void {
  if (typeof answer === 'object' && answer !== null) return
  throw new UsageError(
    `a handler answered with ${answer === null ? 'null' : `a value of type ${typeof answer}`}; allowed is an object such as { status: 0 }`,
    'DCM_ANSWER_TYPE',
  )
}

/**
 * The iterator of what a handler gives one by one; from JavaScript it may be a promise of an array.
 *
 * @throws UsageError `DCM_ANSWER_TYPE`
 */
export function iteratorOf<T>(given: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  if (typeof given === 'object') {
    if (Symbol.asyncIterator in Object(given)) return (given as AsyncIterable<T>)[Symbol.asyncIterator]()
    if (Symbol.iterator in Object(given)) return (given as Iterable<T>)[Symbol.iterator]()
  }
  const what = (given as unknown) instanceof Promise ? 'a promise' : `a value of type ${typeof given}`
  throw new UsageError(
    `a handler gave ${what}; allowed is an array or another iterable, or what an async function* gives`,
    'DCM_ANSWER_TYPE',
  )
}
