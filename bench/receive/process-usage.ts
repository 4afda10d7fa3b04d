import { readFileSync } from 'node:fs'

/** Linux counts CPU time in hundredths of a second, whatever the machine. */
const ticksPerSecond = 100

/** What Linux knows about a process; undefined elsewhere. */
export interface ProcessUsage {
  readonly cpuSeconds: number
  readonly rssKibibytes: number
  readonly peakRssKibibytes: number
}

export function processUsage(pid: number): ProcessUsage | undefined {
  if (process.platform !== 'linux') return undefined
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
  // The name in parentheses may hold spaces; state is the first field behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const status = readFileSync(`/proc/${String(pid)}/status`, 'latin1')
  const kibibytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1])
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    rssKibibytes: kibibytes('VmRSS'),
    peakRssKibibytes: kibibytes('VmHWM'),
  }
}
