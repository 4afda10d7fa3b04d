import type { TestApi } from '@dcm/testkit'

/** Runs a suite, or `only` one case of it, one case after the other, and says which failed, and why. */
export async function failuresOf(
  register: (api: TestApi) => void,
  only?: string,
): Promise<ReadonlyMap<string, Error>> {
  const cases = new Map<string, () => Promise<void>>()
  register({
    describe: (_name, body) => {
      body()
    },
    it: (name, body) => cases.set(name, body),
  })
  const failures = new Map<string, Error>()
  for (const [name, body] of cases) {
    if (only !== undefined && name !== only) continue
    try {
      await body()
    } catch (error) {
      failures.set(name, error as Error)
    }
  }
  return failures
}
