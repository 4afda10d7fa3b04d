import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { processUsage } from '../receive/process-usage.ts'

export interface Run {
  /** From the start of the process to its end. */
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakRssMebibytes: number
  readonly output: string
}

/** How often the operating system is asked what the process uses, in milliseconds: it forgets when the process ends. */
const pollMs = 2

/** Runs a sender to its end. @throws Error when it fails */
export async function run([program = '', ...line]: readonly string[]): Promise<Run> {
  const begun = performance.now()
  // Without it, DCMTK waits 40 ms for the acknowledgement of each message.
  const env = { ...process.env, TCP_NODELAY: '1' }
  const child = spawn(program, line, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk))
  let peakRssKibibytes = 0
  let cpuSeconds = 0
  const poll = setInterval(() => {
    try {
      const usage = processUsage(child.pid ?? 0)
      // A process that has just ended has no memory any more.
      if (!usage || Number.isNaN(usage.peakRssKibibytes)) return
      peakRssKibibytes = usage.peakRssKibibytes
      cpuSeconds = usage.cpuSeconds
    } catch {
      // It has just ended.
    }
  }, pollMs)
  const [code] = (await once(child, 'exit')) as [number | null]
  const seconds = (performance.now() - begun) / 1_000
  clearInterval(poll)
  if (child.stdout.readable) await once(child, 'close')
  const output = Buffer.concat(printed).toString('utf8')
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${output}`)
  return { seconds, cpuSeconds, peakRssMebibytes: peakRssKibibytes / 1_024, output }
}
