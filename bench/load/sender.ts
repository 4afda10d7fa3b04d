// The load generator, a process of its own: everything it sends is made before the clock starts.
import { tuneV8 } from '../../apps/archive/src/tune-v8.ts'
import { PduDecoder } from '../../packages/pdu/src/index.ts'
import { associateRequest, echoRequest, type Message, plainMessage, storeRequests } from './messages.ts'
import type { Job } from './node-load.ts'
import { streamOpener } from './open-stream.ts'
import { Session } from './session.ts'

// As the servers do: what is measured would be V8's collections of the load generator's bytes else.
tuneV8()
const { port, protocol, layer, workload, idle, files } = JSON.parse(process.argv[2] ?? '') as Job
const request = associateRequest(workload.kind)
const openStream = await streamOpener(layer, port, files)
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
  if (idle) for (let opened = 0; opened < workload.operations; opened++) await open()
  else await run(measured, workload.associations)
  process.send?.({ seconds: Number(process.hrtime.bigint() - begin) / 1e9 })
  if (!idle) process.disconnect()
}

async function open(): Promise<{ readonly session: Session; readonly answer: Buffer }> {
  const session = new Session(await openStream(), protocol)
  return { session, answer: await session.associate(request) }
}

async function run(all: readonly Message[], associations: number): Promise<void> {
  if (workload.kind === 'associate') {
    for (let left = all.length; left > 0; left--) {
      const { session } = await open()
      await session.release()
    }
    return
  }
  const work = all.values()
  await Promise.all(
    Array.from({ length: all.length === 0 ? 0 : associations }, async () => {
      const { session } = await open()
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
  const { session, answer } = await open()
  await session.release()
  if (protocol === 'plain') return 131_072
  const decoder = new PduDecoder()
  decoder.push(answer)
  const pdu = decoder.next()
  if (pdu?.type !== 'A-ASSOCIATE-AC') throw new Error('no A-ASSOCIATE-AC')
  return pdu.userInformation.maximumLength ?? 0
}
