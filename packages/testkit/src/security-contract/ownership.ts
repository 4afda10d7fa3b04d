import assert from 'node:assert/strict'
import type { Connection, ConnectionRole, SecurityContext } from '@dcm/transport'
import { readBytes } from '../contracts/stream-facts.ts'
import { perRole, type SecurityBench, type SecurityCases } from './security-bench.ts'
import { otherRole, roles } from './security-provider-fixture.ts'
import { Wire } from '../wire.ts'

/** Of a layer that is none: contexts of the same layer do not show in which order they stand. */
const nearestTheSocket: SecurityContext = { profile: 'nearest', protocol: 'nearest/1', confidential: false }

/** Clause 1: success replaces the connection, failure destroys it and rejects. */
export const ownership: SecurityCases = {
  'an upgraded connection keeps its addresses and adds one context': (bench) =>
    bench.with(new Wire(), async (wire) => {
      const secured = await bench.secure(wire)
      for (const role of roles) {
        const { local, remote, security } = secured[role]
        const { profile } = bench.fixture.provider(role)
        assert.deepEqual({ local, remote }, { local: wire[role].local, remote: wire[role].remote })
        assert.deepEqual(
          security.map((context) => context.profile),
          [profile],
        )
      }
    }),
  'a layer on the layer adds a second context behind the first': (bench) =>
    bench.with(new Wire(), async (wire) => {
      const marked = roles.map((role) => ({ ...wire[role], security: [nearestTheSocket] }))
      const lower = await upgradeBoth(bench, marked)
      const upper = await upgradeBoth(bench, lower)
      for (const [index, role] of roles.entries()) {
        const { profile } = bench.fixture.provider(role)
        const profiles = upper[index]?.security.map((context) => context.profile)
        assert.deepEqual(profiles, [nearestTheSocket.profile, profile, profile])
        assert.deepEqual(upper[index]?.security.slice(0, -1), lower[index]?.security)
      }
    }),
  'both ends carry bytes': (bench) =>
    bench.with(new Wire(), async (wire) => {
      const secured = await bench.secure(wire)
      for (const role of roles) {
        secured[role].stream.write(`from the ${role}`)
        const hearing = readBytes(secured[otherRole(role)].stream, `from the ${role}`.length)
        assert.equal((await bench.within('the bytes', hearing)).toString(), `from the ${role}`)
      }
    }),
  ...perRole((role) => ({
    [`the ${role} refuses a wrong key, and destroys its connection`]: (bench) =>
      refuses(bench, role, 'wrongKey'),
    [`the ${role} refuses a stranger, and destroys its connection`]: (bench) =>
      refuses(bench, role, 'stranger'),
  })),
}

/** In the order of `roles`. */
function upgradeBoth(bench: SecurityBench, ends: readonly Connection[]): Promise<Connection[]> {
  const upgrades = ends.map((end, index) => bench.upgrade(end, roles[index] ?? 'requestor'))
  return bench.within('the handshake', Promise.all(upgrades))
}

async function refuses(
  bench: SecurityBench,
  role: ConnectionRole,
  kind: 'wrongKey' | 'stranger',
): Promise<void> {
  const peerRole = otherRole(role)
  await bench.with(new Wire(), async (wire) => {
    void bench
      .upgrade(wire[peerRole], peerRole, { provider: bench.fixture[kind](peerRole) })
      // Some layers let the requestor through before the acceptor has judged it. Its words must not be heard.
      .then(({ stream }) => stream.write('heard?'))
      .catch(() => undefined)
    const provider = bench.fixture.provider(role)
    const error = await bench.refused(bench.upgrade(wire[role], role, { provider }), wire[role])
    assert.equal(error.profile, provider.profile)
  })
}
