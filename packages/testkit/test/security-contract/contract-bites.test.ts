import { describeSecurityProvider, type TestApi } from '@dcm/testkit'
import type { ConnectionRole, SecurityProvider } from '@dcm/transport'
import { afterEach, describe, expect, it } from 'vitest'
import { failuresOf } from '../run-suite.ts'
import { brokenProviders, type BreakUpgrade, leakedTimers } from './broken-providers.ts'
import { keyedFixture } from './keyed-fixture.ts'

afterEach(() => {
  for (const timer of leakedTimers) clearTimeout(timer)
  leakedTimers.clear()
})

describe('describeSecurityProvider finds out a provider that', () => {
  it.each(brokenProviders)('(clause %d) %s', async (_clause, _flaw, foundBy, says, breakIt) => {
    const fixture = () => {
      const honest = keyedFixture()
      return { ...honest, provider: (role: ConnectionRole) => broken(honest.provider(role), breakIt) }
    }
    const failures = await failuresOf(({ describe, it }) => {
      const onlyIt: TestApi['it'] = (name, body) => (name === foundBy ? it(name, body) : undefined)
      // What is broken lets its case wait; an honest one takes some milliseconds.
      describeSecurityProvider({ describe, it: onlyIt }, fixture, { waitMs: 200 })
    })
    expect(failures.get(foundBy)?.message).toContain(says)
  })
})

function broken(honest: SecurityProvider, breakIt: BreakUpgrade): SecurityProvider {
  return { profile: honest.profile, upgrade: breakIt(honest.upgrade.bind(honest)) }
}
