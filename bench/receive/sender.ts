// The load generator, a process of its own: everything it sends is made before the clock starts.
import { PduDecoder } from '../../packages/pdu/src/index.ts'
import {
  associateRequest,
  echoRequest,
  type Message,
  plainMessage,
  type Protocol,
  storeRequests,
} from './messages.ts'
import { Session } from './session.ts'
import type { Workload } from './workloads.ts'

export interface Job {
  readonly port: number
  readonly protocol: Protocol
  readonly workload: Workload
}

const job = JSON.parse(process.argv[2] ?? '') as Job
const { port, protocol, workload } = job
const request = associateRequest(workload.kind)
const maximumLength = await announcedMaximumLength()
const warmUp = messages(workload.warmUpOperations, '1')
const measured = messages(workload.operations, '2')

await run(warmUp, 1)
process.send?.('ready')
process.once('message', () => {
  void measure()
})

async function measure(): Promise<void> {
  const begin = process.hrtime.bigint()
  await run(measured, workload.associations)
  process.send?.({ seconds: Number(process.hrtime.bigint() - begin) / 1e9 })
  process.disconnect()
}

async function run(all: readonly Message[], associations: number): Promise<void> {
  const work = all.values()
  if (workload.kind === 'associate') {
    while (!work.next().done) await (await Session.open(port, protocol, request)).session.release()
    return
  }
  await Promise.all(
    Array.from({ length: all.length === 0 ? 0 : associations }, async () => {
      const { session } = await Session.open(port, protocol, request)
      // The iterator is shared: whoever is free takes the next.
      for (const message of work) await session.exchange(message)
      await session.release()
    }),
  )
}

function messages(count: number, series: string): Message[] {
  const uids = Array.from({ length: count }, (_, index) => `2.25.3.${series}.${String(index + 1)}`)
  const all =
    workload.kind === 'store'
      ? storeRequests(uids, workload.objectBytes, maximumLength)
      : uids.map(() => echoRequest())
  return protocol === 'plain' ? all.map(plainMessage) : all
}

async function announcedMaximumLength(): Promise<number> {
  const { session, answer } = await Session.open(port, protocol, request)
  await session.release()
  if (protocol === 'plain') return 131_072
  const decoder = new PduDecoder()
  decoder.push(answer)
  const pdu = decoder.next()
  if (pdu?.type !== 'A-ASSOCIATE-AC') throw new Error('no A-ASSOCIATE-AC')
  return pdu.userInformation.maximumLength ?? 0
}
