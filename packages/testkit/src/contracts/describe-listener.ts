import { listenerCases } from './listener-cases.ts'
import { defaultWaitMs, type SuiteOptions, type TestApi } from './test-api.ts'
import { type TransportFixture, withFixture } from './transport-fixture.ts'

/**
 * Registers what holds for the listeners of every `Transport` that hands connections out as they come. A secured one hands them
 * out as their handshakes end, and is not of this kind.
 *
 * @param fixture Called for each case.
 */
export function describeListener(
  { describe, it }: TestApi,
  fixture: () => TransportFixture | Promise<TransportFixture>,
  { waitMs = defaultWaitMs }: SuiteOptions = {},
): void {
  describe('a listener', () => {
    for (const [name, run] of Object.entries(listenerCases)) {
      it(name, () => withFixture(fixture, waitMs, run))
    }
  })
}
