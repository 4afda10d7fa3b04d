/** Node's timers take no more, and make 1 ms of what they cannot take. */
const longestTimeoutMs = 2_147_483_647

/**
 * Bounds a wait that something broken would leave open, in real time: a test fails then and says what did not come. A wait that
 * succeeds takes no time from it.
 */
export async function within<T>(ms: number, what: string, wait: PromiseLike<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => {
      late.reject(new Error(`${what}: not within ${String(ms)} ms`))
    },
    Math.min(ms, longestTimeoutMs),
  )
  try {
    return await Promise.race([wait, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
