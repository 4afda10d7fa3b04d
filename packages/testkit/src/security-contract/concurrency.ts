import assert from 'node:assert/strict'
import type { SecurityBench, SecurityCases } from './security-bench.ts'
import { Wire } from '../wire.ts'

const stalledHandshakes = 1_000

/** What half of the stalled peers say before they fall silent: they have begun, and are not half through. */
const saidBytes = 8

/** Clause 7: handshakes run concurrently; a slow one stalls nobody. */
export const concurrency: SecurityCases = {
  [`an honest peer is through while ${String(stalledHandshakes)} others stall`]: honestAmongStalled,
}

async function honestAmongStalled(bench: SecurityBench): Promise<void> {
  const said = await beginning(bench)
  const provider = bench.fixture.provider('acceptor')
  const controller = new AbortController()
  const { signal } = controller
  const wires = Array.from({ length: stalledHandshakes }, () => new Wire())
  const upgrades = wires.map((wire, index) => {
    if (index % 2 === 0) wire.requestor.stream.write(said)
    return bench.upgrade(wire.acceptor, 'acceptor', { provider, signal })
  })
  try {
    await bench.with(new Wire(), async (wire) => {
      const accepting = bench.upgrade(wire.acceptor, 'acceptor', { provider })
      const requesting = bench.upgrade(wire.requestor, 'requestor')
      await bench.within('the honest handshake', Promise.all([accepting, requesting]))
    })
    for (const wire of wires)
      assert.equal(wire.acceptor.stream.destroyed, false, 'a stalled handshake was given up')
  } finally {
    controller.abort()
    await Promise.allSettled(upgrades.map((upgrade) => bench.within('an aborted handshake', upgrade)))
    for (const wire of wires) wire.destroy()
  }
}

async function beginning(bench: SecurityBench): Promise<Buffer> {
  let said = Buffer.alloc(0)
  await bench.with(new Wire(), async (wire) => {
    await bench.secure(wire)
    said = Buffer.from(wire.recorded('requestor').subarray(0, saidBytes))
  })
  return said
}
