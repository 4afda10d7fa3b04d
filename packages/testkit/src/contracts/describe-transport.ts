import { defaultWaitMs, type SuiteOptions, type TestApi } from './test-api.ts'
import { connectCases, connectionCases } from './transport-cases.ts'
import { type TransportFixture, withFixture } from './transport-fixture.ts'

/**
 * Registers what holds for every `Transport` and its connections. Its listeners have a suite of their own: `describeListener`.
 *
 * @param fixture Called for each case.
 */
export function describeTransport(
  { describe, it }: TestApi,
  fixture: () => TransportFixture | Promise<TransportFixture>,
  { waitMs = defaultWaitMs }: SuiteOptions = {},
): void {
  const groups = { 'a connection': connectionCases, 'connect()': connectCases }
  for (const [group, cases] of Object.entries(groups)) {
    describe(group, () => {
      for (const [name, run] of Object.entries(cases)) it(name, () => withFixture(fixture, waitMs, run))
    })
  }
}
