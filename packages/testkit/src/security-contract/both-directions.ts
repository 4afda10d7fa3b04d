import assert from 'node:assert/strict'
import type { ConnectionRole } from '@dcm/transport'
import { assertBackPressure } from '../contracts/back-pressure.ts'
import { assertFreeOfWrites } from '../contracts/memory-of-writes.ts'
import { closed, readAll } from '../contracts/stream-facts.ts'
import { perRole, type SecurityBench, type SecurityCases } from './security-bench.ts'
import { otherRole } from './security-provider-fixture.ts'
import { Wire } from '../wire.ts'

/** Clause 5: end and destroy travel both ways, and back-pressure is kept. */
export const bothDirections: SecurityCases = perRole((role) => ({
  [`the ${role} ends, and hears the late answer`]: (bench) => halfClose(bench, role),
  [`the ${role} is destroyed: below it and at its peer all is closed`]: (bench) => destroyed(bench, role),
  [`the connection below the ${role} is lost: it closes`]: (bench) => lostBelow(bench, role),
  [`the ${role} waits for a peer that does not read, and loses nothing`]: (bench) =>
    backPressure(bench, role),
  [`the ${role} is done with the bytes of a write when the write is done`]: (bench) =>
    freeOfWrites(bench, role),
}))

async function halfClose(bench: SecurityBench, role: ConnectionRole): Promise<void> {
  await bench.with(new Wire(), async (wire) => {
    const secured = await bench.secure(wire)
    const [one, peer] = [secured[role].stream, secured[otherRole(role)].stream]
    one.end('question')
    assert.equal((await bench.within('the end', readAll(peer))).toString(), 'question')
    peer.write('late ')
    peer.end('answer')
    assert.equal((await bench.within('the end', readAll(one))).toString(), 'late answer')
  })
}

async function destroyed(bench: SecurityBench, role: ConnectionRole): Promise<void> {
  await bench.with(new Wire(), async (wire) => {
    const secured = await bench.secure(wire)
    const peer = secured[otherRole(role)].stream
    peer.on('error', () => undefined).resume()
    secured[role].stream.on('error', () => undefined).destroy()
    await bench.within('the close', closed(wire[role].stream))
    await bench.within('the close', closed(peer))
  })
}

async function lostBelow(bench: SecurityBench, role: ConnectionRole): Promise<void> {
  await bench.with(new Wire(), async (wire) => {
    const { stream } = (await bench.secure(wire))[role]
    stream.on('error', () => undefined).resume()
    wire[otherRole(role)].stream.destroy()
    await bench.within('the close', closed(stream))
  })
}

async function backPressure(bench: SecurityBench, role: ConnectionRole): Promise<void> {
  await bench.with(new Wire(), async (wire) => {
    const secured = await bench.secure(wire)
    const [writer, reader] = [secured[role].stream, secured[otherRole(role)].stream]
    await assertBackPressure(writer, reader, bench.waitMs)
  })
}

async function freeOfWrites(bench: SecurityBench, role: ConnectionRole): Promise<void> {
  await bench.with(new Wire(), async (wire) => {
    const secured = await bench.secure(wire)
    await assertFreeOfWrites(secured[role].stream, secured[otherRole(role)].stream, bench.waitMs)
  })
}
