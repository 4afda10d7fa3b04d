import { fork } from 'node:child_process'
import { message } from '../receive/measure.ts'
import { processUsage } from '../receive/process-usage.ts'
import { start } from '../receive/servers.ts'
import type { Workload } from '../receive/workloads.ts'
import type { SecuredContender } from './contenders.ts'
import type { Credentials } from './credentials.ts'
import type { Job } from './sender.ts'

export interface Measurement {
  /** MB/s (10^6 bytes of objects) for `store`, else associations per second. */
  readonly rate: number
  readonly cpuSeconds: number
  /** RSS now, less the RSS before the measured part began. */
  readonly grownKibibytes: number
}

/** One workload on a fresh server. @throws Error when an answer is no success, or a file is missing. */
export async function measure(
  contender: SecuredContender,
  workload: Workload,
  { directory, credentials, idle = false }: { directory: string; credentials: Credentials; idle?: boolean },
): Promise<Measurement> {
  const server = await start(contender, workload, directory)
  const { key, certificate, requestorKeys } = credentials
  const { protocol, layer } = contender
  const files = { key, certificate, requestorKeys }
  const job: Job = { port: server.port, protocol, layer, workload, idle, files }
  const sender = fork('bench/security/sender.ts', [JSON.stringify(job)])
  try {
    await message(sender)
    const before = processUsage(server.pid)
    sender.send('go')
    const { seconds } = (await message(sender)) as { readonly seconds: number }
    const after = processUsage(server.pid)
    if (workload.kind === 'store') {
      const kept = await server.files()
      const sent = workload.operations + workload.warmUpOperations
      if (kept !== sent) throw new Error(`${contender.name} kept ${String(kept)} of ${String(sent)} objects`)
    }
    const amount =
      workload.kind === 'store' ? (workload.operations * workload.objectBytes) / 1e6 : workload.operations
    return {
      rate: amount / seconds,
      cpuSeconds: (after?.cpuSeconds ?? Number.NaN) - (before?.cpuSeconds ?? Number.NaN),
      grownKibibytes: (after?.rssKibibytes ?? Number.NaN) - (before?.rssKibibytes ?? Number.NaN),
    }
  } finally {
    sender.kill('SIGKILL')
    await server.stop()
  }
}
