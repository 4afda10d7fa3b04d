import { FakeClock, memoryPair, settled } from '@dcm/testkit'
import type { Connection } from '@dcm/transport'
import { expect, it } from 'vitest'
import { admissionLimits, type AdmissionOptions } from '../src/admission/admission-options.ts'
import { ConnectionGate } from '../src/admission/connection-gate.ts'

function gateWith(options: AdmissionOptions, clock = new FakeClock()): ConnectionGate {
  const limits = admissionLimits(options, { maxAssociations: 1, maxAwaitingRequest: 1 })
  return new ConnectionGate(limits, undefined, clock)
}

function connectionFrom(host: string): Connection {
  return { ...memoryPair()[0], remote: { host, port: 1 } }
}

it('a connection that closed while it was pending does not count', async () => {
  const gate = gateWith({})
  const gone = connectionFrom('192.0.2.1')
  gone.stream.destroy()
  await settled()
  expect([gate.enter(gone), gate.open]).toEqual([true, 0])
})

it('for one too many of an address, one of that address gives way, though another waits longer', () => {
  const gate = gateWith({ maxConnectionsPerAddress: 1 })
  const [other, first, second] = ['192.0.2.1', '192.0.2.2', '192.0.2.2'].map(connectionFrom)
  if (!other || !first || !second) throw new Error('three connections')
  for (const connection of [other, first]) {
    gate.enter(connection)
    gate.leaves(connection)
  }
  expect(gate.enter(second)).toBe(true)
  expect([other, first, second].map(({ stream }) => stream.destroyed)).toEqual([false, true, false])
})

it('is closed as soon as the peers have closed all, and no timer stays', async () => {
  const clock = new FakeClock()
  const gate = gateWith({}, clock)
  await gate.close()
  const connections = [connectionFrom('192.0.2.1'), connectionFrom('192.0.2.2')]
  for (const connection of connections) gate.enter(connection)
  const closing = gate.close()
  expect(clock.remainingMs).toEqual([1_000])
  for (const { stream } of connections) stream.destroy()
  await closing
  expect([gate.open, clock.pending]).toEqual([0, 0])
})

it('is closed a second later when a peer does not close, whose connection is destroyed', async () => {
  const clock = new FakeClock()
  const gate = gateWith({}, clock)
  const connection = connectionFrom('192.0.2.1')
  gate.enter(connection)
  const closing = gate.close()
  clock.advance(999)
  await settled()
  expect(connection.stream.destroyed).toBe(false)
  clock.advance(1)
  await closing
  expect(connection.stream.destroyed).toBe(true)
})
