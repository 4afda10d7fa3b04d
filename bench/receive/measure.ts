import { fork } from 'node:child_process'
import { once } from 'node:events'
import { processUsage } from './process-usage.ts'
import type { Job } from './sender.ts'
import { type Contender, start } from './servers.ts'
import type { Workload } from './workloads.ts'

export interface Measurement {
  /** MB/s (10^6 bytes of objects) for `store`, else operations per second. */
  readonly rate: number
  readonly cpuSeconds: number
  /** The highest RSS since its start, less the RSS before the first byte. */
  readonly addedMebibytes: number
}

/** One workload on a fresh server. @throws Error when an answer is no success, or a file is missing. */
export async function measure(
  contender: Contender,
  workload: Workload,
  directory: string,
): Promise<Measurement> {
  const server = await start(contender, workload, directory)
  const idle = processUsage(server.pid)
  const job: Job = { port: server.port, protocol: contender.protocol, workload }
  const sender = fork('bench/receive/sender.ts', [JSON.stringify(job)])
  try {
    await message(sender)
    const before = processUsage(server.pid)
    sender.send('go')
    const { seconds } = (await message(sender)) as { readonly seconds: number }
    const after = processUsage(server.pid)
    if (workload.kind === 'store') {
      const files = await server.files()
      const sent = workload.operations + workload.warmUpOperations
      if (files !== sent)
        throw new Error(`${contender.name} kept ${String(files)} of ${String(sent)} objects`)
    }
    const amount =
      workload.kind === 'store' ? (workload.operations * workload.objectBytes) / 1e6 : workload.operations
    return {
      rate: amount / seconds,
      cpuSeconds: (after?.cpuSeconds ?? Number.NaN) - (before?.cpuSeconds ?? Number.NaN),
      addedMebibytes: ((after?.peakRssKibibytes ?? Number.NaN) - (idle?.rssKibibytes ?? Number.NaN)) / 1024,
    }
  } finally {
    sender.kill()
    await server.stop()
  }
}

/** The sender's next message; a rejection if it ends without one. */
export async function message(sender: ReturnType<typeof fork>): Promise<unknown> {
  const ended = once(sender, 'exit').then(() => {
    throw new Error('the load generator failed')
  })
  ended.catch(() => undefined)
  const [received] = (await Promise.race([once(sender, 'message'), ended])) as [unknown]
  return received
}
