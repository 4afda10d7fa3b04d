import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const main = new URL('../dist/main.js', import.meta.url).pathname

/** The built archive app as a process of its own, on a free port, with a folder that goes with it. */
export interface ArchiveProcess extends AsyncDisposable {
  /** The plain port, or 0. */
  readonly port: number
  readonly tlsPort: number
  readonly isclPort: number
  readonly store: string
  readonly child: ChildProcess
  /** What it wrote to standard error so far. */
  readonly log: () => string
  /** Resolves when its log has this, behind what was there before. */
  logged(text: string, before?: number): Promise<void>
  /** Sends SIGTERM, once. */
  terminate(): void
  /** Sends SIGTERM, once, and resolves with the exit code. */
  stop(): Promise<number | null>
}

export async function startArchive(...options: string[]): Promise<ArchiveProcess> {
  const store = mkdtempSync(join(tmpdir(), 'dcm-archive-'))
  const child = spawn(
    process.execPath,
    [main, '--host', '127.0.0.1', '--port', '0', '--store', store, '--durability', 'os', ...options],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  const exited = once(child, 'exit') as Promise<[number | null]>
  const ports = { plain: 0, TLS: 0, ISCL: 0 }
  const listening = async (): Promise<void> => {
    for await (const line of createInterface(child.stdout)) {
      const [, port, kind = 'plain'] = /listens on .*:(\d+)(?: \((TLS|ISCL).*\))?$/.exec(line) ?? []
      if (port) ports[kind as keyof typeof ports] = Number(port)
      if (line.startsWith('It keeps')) return
    }
    throw new Error(`the archive did not start: ${log}`)
  }
  await listening()
  child.stdout.resume()
  let terminated = false
  const terminate = (): void => {
    // A second one would mean: at once.
    if (!terminated) child.kill('SIGTERM')
    terminated = true
  }
  const stop = async (): Promise<number | null> => {
    terminate()
    const [code] = await exited
    return code
  }
  return {
    port: ports.plain,
    tlsPort: ports.TLS,
    isclPort: ports.ISCL,
    store,
    child,
    log: () => log,
    logged: async (text, before = 0) => {
      while (!log.includes(text, before)) await once(child.stderr, 'data')
    },
    terminate,
    stop,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exited
      rmSync(store, { recursive: true, force: true })
    },
  }
}
