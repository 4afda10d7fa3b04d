import assert from 'node:assert/strict'
import { perRole, type SecurityCases } from './security-bench.ts'
import { otherRole } from './security-provider-fixture.ts'
import { Wire } from '../wire.ts'

/** Clause 6: the peer's identity is reported, never judged. */
export const identity: SecurityCases = perRole((role) => ({
  [`who the ${role} is, its peer reports`]: (bench) =>
    bench.with(new Wire(), async (wire) => {
      const context = (await bench.secure(wire))[otherRole(role)].security.at(-1)
      assert.equal(context?.peer?.name, bench.fixture.identity(role))
      if (context?.peer) assert.notEqual(context.peer.kind, '', 'how it was proven')
    }),
}))
