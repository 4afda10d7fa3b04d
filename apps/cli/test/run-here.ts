import { PassThrough } from 'node:stream'
import { run } from '../src/run.ts'
import { Terminal } from '../src/terminal/terminal.ts'
import type { Outcome } from './program.ts'

/** A command line in this process, without terminal and environment: for what ends before anything is sent. */
export async function runHere(...line: readonly string[]): Promise<Outcome> {
  const stream = () => new PassThrough() as unknown as NodeJS.WriteStream & PassThrough
  const [stdout, stderr] = [stream(), stream()]
  const environment = { XDG_CONFIG_HOME: '/nonexistent' }
  const json = line.includes('--json')
  const { signal } = new AbortController()
  const terminal = new Terminal({ stdout, stderr, environment, json, onClosed: () => undefined, signal })
  const written = (of: PassThrough) => String((of.read() as Buffer | null) ?? '')
  const code = await run(line, { terminal, environment, signal })
  return { code, stdout: written(stdout), stderr: written(stderr) }
}
