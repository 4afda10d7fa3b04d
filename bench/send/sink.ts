import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findFreePort, reachable } from '../receive/servers.ts'

/** A receiver in C that throws away what it is sent: the sender is what is measured. Not part of the repository. */
const source = '../shared/bench/dcmsink.c'

interface Sink {
  readonly port: number
  /** Of the next association that ended: from its A-ASSOCIATE-RQ to its A-RELEASE-RQ, in MB/s. */
  nextRate(): Promise<number>
  stop(): void
}

/** Compiles the receiver and starts it on a free port. */
export async function startSink(folder: string): Promise<Sink> {
  const program = join(folder, 'dcmsink')
  execFileSync('gcc', ['-O2', '-pthread', '-Wno-format-truncation', '-o', program, source])
  const port = await findFreePort()
  const child = spawn(program, ['-p', String(port), '--log'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await reachable(port)
  return {
    port,
    nextRate: async () => {
      const { value } = (await lines.next()) as IteratorResult<string, undefined>
      return (JSON.parse(value ?? '{}') as { readonly mb_per_s: number }).mb_per_s
    },
    stop: () => {
      child.kill()
    },
  }
}
