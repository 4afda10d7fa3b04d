import assert from 'node:assert/strict'
import { type ConnectionRole, SecurityError } from '@dcm/transport'
import { settled } from '../settled.ts'
import { perRole, type SecurityBench, type SecurityCases } from './security-bench.ts'
import { otherRole } from './security-provider-fixture.ts'
import { Wire } from '../wire.ts'

/** By how much one handshake may be shorter than another: DER integers of signatures lose leading zeros. */
const slackBytes = 8

/** Handshakes under way together, so that every cut of one of kilobytes is tried in seconds. */
const batch = 32

/** Clause 3: nothing is readable above before the peer is authenticated. */
export const authentication: SecurityCases = perRole((role) => ({
  [`the ${role} is not through when its peer has said half of its handshake`]: (bench) =>
    silentHalfWay(bench, role),
  [`the ${role} is not through when its peer has ended, at any byte of the handshake`]: (bench) =>
    goneAtEveryByte(bench, role, 'end'),
  [`the ${role} is not through when its peer was lost, at any byte of the handshake`]: (bench) =>
    goneAtEveryByte(bench, role, 'reset'),
}))

async function silentHalfWay(bench: SecurityBench, role: ConnectionRole): Promise<void> {
  const afterBytes = Math.floor((await bench.handshakeBytes(role)) / 2)
  const other = otherRole(role)
  await bench.with(new Wire({ cut: { role: other, afterBytes, kind: 'silence' } }), async (wire) => {
    let isThrough = false
    const upgrade = bench.upgrade(wire[role], role).then((connection) => {
      isThrough = true
      return connection
    })
    upgrade.catch(() => undefined)
    void bench.upgrade(wire[other], other)
    await settled(32)
    assert.equal(isThrough, false, `the ${role} was through after ${String(afterBytes)} bytes`)
    wire.destroy()
    await bench.refused(upgrade, wire[role])
  })
}

async function goneAtEveryByte(
  bench: SecurityBench,
  role: ConnectionRole,
  kind: 'end' | 'reset',
): Promise<void> {
  const total = await bench.handshakeBytes(role)
  assert.ok(total > 0, `the ${role} was through without a byte of its peer`)
  for (let from = 0; from < total; from += batch) {
    const cuts = Array.from({ length: Math.min(batch, total - from) }, (_, index) => from + index)
    await Promise.all(cuts.map((afterBytes) => goneAfter(bench, role, kind, afterBytes, total)))
  }
}

async function goneAfter(
  bench: SecurityBench,
  role: ConnectionRole,
  kind: 'end' | 'reset',
  afterBytes: number,
  total: number,
): Promise<void> {
  const other = otherRole(role)
  await bench.with(new Wire({ cut: { role: other, afterBytes, kind } }), async (wire) => {
    void bench.upgrade(wire[other], other)
    const upgrade = bench.upgrade(wire[role], role)
    const where = `the ${role}, its peer gone after ${String(afterBytes)} of ${String(total)} bytes`
    try {
      await bench.within(where, upgrade)
    } catch (error) {
      if (!(error instanceof SecurityError)) throw new Error(`${where}: ${String(error)}`, { cause: error })
      await bench.refused(upgrade, wire[role])
      return
    }
    assert.ok(afterBytes >= total - slackBytes, `${where}, was through`)
  })
}
