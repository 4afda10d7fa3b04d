import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import type { ConnectionRole, SecurityError } from '@dcm/transport'
import { settled } from '../settled.ts'
import { readBytes } from '../contracts/stream-facts.ts'
import { perRole, type SecurityBench, type SecurityCases } from './security-bench.ts'
import { otherRole } from './security-provider-fixture.ts'
import { Wire } from '../wire.ts'

/** Enough to tell a timer that each leaves from those that the runner sets meanwhile. */
const abortedUpgrades = 50

/** Clause 4: an abort leaves no timer, listener or socket behind. */
export const abort: SecurityCases = perRole((role) => ({
  [`the ${role}’s signal, aborted before`]: (bench) => abortedBefore(bench, role),
  [`the ${role}’s signal, while the peer is silent`]: (bench) => abortedAfterBytes(bench, role, 0),
  [`the ${role}’s signal, in the middle of the handshake`]: async (bench) =>
    abortedAfterBytes(bench, role, Math.floor((await bench.handshakeBytes(role)) / 2)),
  [`the ${role}’s signal, after the handshake, changes nothing`]: (bench) => abortedAfter(bench, role),
  [`aborted upgrades of the ${role} leave no timers`]: (bench) => leavesNoTimers(bench, role),
}))

async function abortedBefore(bench: SecurityBench, role: ConnectionRole): Promise<void> {
  await bench.with(new Wire(), async (wire) => {
    const reason = new Error('not wanted any more')
    const signal = AbortSignal.abort(reason)
    assertCause(await bench.refused(bench.upgrade(wire[role], role, { signal }), wire[role]), reason)
    assertNoListeners(signal)
  })
}

async function abortedAfterBytes(
  bench: SecurityBench,
  role: ConnectionRole,
  afterBytes: number,
): Promise<void> {
  const other = otherRole(role)
  await bench.with(new Wire({ cut: { role: other, afterBytes, kind: 'silence' } }), async (wire) => {
    const controller = new AbortController()
    const upgrade = bench.upgrade(wire[role], role, controller)
    void bench.upgrade(wire[other], other)
    await settled(16)
    const reason = new Error('not wanted any more')
    controller.abort(reason)
    assertCause(await bench.refused(upgrade, wire[role]), reason)
    assertNoListeners(controller.signal)
  })
}

async function abortedAfter(bench: SecurityBench, role: ConnectionRole): Promise<void> {
  await bench.with(new Wire(), async (wire) => {
    const other = otherRole(role)
    const controller = new AbortController()
    const [one, peer] = await Promise.all([
      bench.upgrade(wire[role], role, controller),
      bench.upgrade(wire[other], other),
    ])
    assertNoListeners(controller.signal)
    controller.abort()
    await settled()
    peer.stream.write('still here')
    assert.equal((await bench.within('the bytes', readBytes(one.stream, 10))).toString(), 'still here')
  })
}

async function leavesNoTimers(bench: SecurityBench, role: ConnectionRole): Promise<void> {
  const before = runningTimers()
  const controller = new AbortController()
  const wires = Array.from({ length: abortedUpgrades }, () => new Wire())
  const upgrades = wires.map((wire) => bench.upgrade(wire[role], role, controller))
  await settled()
  controller.abort(new Error('not wanted any more'))
  await Promise.all(
    wires.map((wire, index) => bench.refused(upgrades[index] ?? Promise.reject(new Error()), wire[role])),
  )
  for (const wire of wires) wire.destroy()
  await settled()
  const left = runningTimers() - before
  // Half, as timers of the runner may end meanwhile.
  assert.ok(
    left < abortedUpgrades / 2,
    `${String(abortedUpgrades)} aborted upgrades left ${String(left)} timers`,
  )
}

function runningTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length
}

/** The reason may stand behind errors that say more. */
function assertCause(error: SecurityError, reason: Error): void {
  let cause: unknown = error.cause
  while (cause instanceof Error && cause !== reason) cause = cause.cause
  assert.equal(cause, reason, 'the signal’s reason is a cause of the error')
}

function assertNoListeners(signal: AbortSignal): void {
  assert.equal(getEventListeners(signal, 'abort').length, 0, 'listeners on the signal')
}
