import type { StartLoad } from '../load/load.ts'
import { processUsage } from './process-usage.ts'
import { type Contender, start } from './servers.ts'
import type { Workload } from './workloads.ts'

export interface Measurement {
  /** MB/s (10^6 bytes of objects) for `store`, else operations per second. */
  readonly rate: number
  readonly cpuSeconds: number
  /** The highest RSS since its start, less the RSS before the first byte. */
  readonly addedKibibytes: number
  /** RSS at the end, less the RSS before the measured part began. */
  readonly grownKibibytes: number
}

/** One workload on a fresh server. @throws Error when an answer is no success, or a file is missing. */
export async function measure(
  contender: Contender,
  workload: Workload,
  directory: string,
  startLoad: StartLoad,
): Promise<Measurement> {
  const server = await start(contender, workload, directory)
  try {
    const idle = processUsage(server.pid)
    using load = startLoad({ port: server.port, protocol: contender.protocol, workload })
    await load.warmUp()
    const before = processUsage(server.pid)
    const seconds = await load.run()
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
      addedKibibytes: (after?.peakRssKibibytes ?? Number.NaN) - (idle?.rssKibibytes ?? Number.NaN),
      grownKibibytes: (after?.rssKibibytes ?? Number.NaN) - (before?.rssKibibytes ?? Number.NaN),
    }
  } finally {
    await server.stop()
  }
}
