import { defaultWaitMs, type SuiteOptions, type TestApi } from '../contracts/test-api.ts'
import { abort } from './abort.ts'
import { authentication } from './authentication.ts'
import { bothDirections } from './both-directions.ts'
import { concurrency } from './concurrency.ts'
import { identity } from './identity.ts'
import { noFallBack } from './no-fall-back.ts'
import { ownership } from './ownership.ts'
import { SecurityBench, type SecurityCases } from './security-bench.ts'
import type { SecurityProviderFixture } from './security-provider-fixture.ts'
import { trailingBytes } from './trailing-bytes.ts'

/** As the clauses are numbered at `SecurityProvider`. */
const clauses: Readonly<Record<string, SecurityCases>> = {
  '1 owns its input': ownership,
  '2 keeps bytes behind the handshake': trailingBytes,
  '3 lets nobody through unauthenticated': authentication,
  '4 stops when told to': abort,
  '5 carries ends, destroys and back-pressure': bothDirections,
  '6 reports who the peer is': identity,
  '7 runs handshakes concurrently': concurrency,
  '8 never falls back to plain': noFallBack,
}

/**
 * Registers a case for each thing that a `SecurityProvider` promises. They run in memory, and in seconds: the longest tries every byte
 * of a handshake at which a peer may go.
 *
 * @param fixture Called for each case.
 */
export function describeSecurityProvider(
  { describe, it }: TestApi,
  fixture: () => SecurityProviderFixture | Promise<SecurityProviderFixture>,
  { waitMs = defaultWaitMs }: SuiteOptions = {},
): void {
  describe('a security provider', () => {
    for (const [clause, cases] of Object.entries(clauses)) {
      describe(clause, () => {
        for (const [name, run] of Object.entries(cases)) {
          it(name, async () => run(new SecurityBench(await fixture(), waitMs)))
        }
      })
    }
  })
}
