import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { findFreePort, reachable } from '../receive/servers.ts'

/** A receiver in C that throws away what it is sent: the sender is what is measured. Not part of the repository. */
const source = '../shared/bench/dcmsink.c'

/** Compiles the receiver and starts it on a free port. */
export async function startSink(folder: string): Promise<{ readonly port: number; stop(): void }> {
  const program = join(folder, 'dcmsink')
  execFileSync('gcc', ['-O2', '-pthread', '-Wno-format-truncation', '-o', program, source])
  const port = await findFreePort()
  const child = spawn(program, ['-p', String(port)], { stdio: 'ignore' })
  await reachable(port)
  return {
    port,
    stop: () => {
      child.kill()
    },
  }
}
