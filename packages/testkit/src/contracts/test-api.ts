/** The two functions of a test runner that a suite needs: vitest, node:test, Mocha and Jest all have them. */
export interface TestApi {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, body: () => Promise<void>) => unknown
}

export interface SuiteOptions {
  /**
   * Real time after which something that does not come has failed. Default 10 000: far above what any case needs on a busy machine;
   * nothing ever waits for it to pass.
   */
  readonly waitMs?: number
}

/** The default of {@link SuiteOptions.waitMs}. */
export const defaultWaitMs = 10_000
