import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@dcm/testkit'
import type { Connection } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'

/** How a program of DCMTK ended. */
export interface Outcome {
  readonly code: number | null
  /** Standard output and standard error, as they came. */
  readonly output: string
}

/** Runs a program of DCMTK to its end. A missing program is a failure: install Debian's `dcmtk`. */
export async function dcmtk(program: string, ...line: readonly string[]): Promise<Outcome> {
  const child = spawn(program, line, { stdio: ['ignore', 'pipe', 'pipe'] })
  const printed: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output: Buffer.concat(printed).toString('latin1') }
}

/** A storescp on a free port of loopback and in a folder of its own; both are gone when it is disposed of. */
export class Storescp implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #port: number
  #printed = ''

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child
    this.#folder = folder
    this.#port = port
    const print = (text: Buffer): void => {
      this.#printed += text.toString('latin1')
    }
    child.stdout?.on('data', print)
    child.stderr?.on('data', print)
  }

  static async start(...options: readonly string[]): Promise<Storescp> {
    const folder = await mkdtemp(join(tmpdir(), 'dcm-storescp-'))
    const port = await freePort()
    const child = spawn('storescp', ['-v', ...options, '-od', folder, String(port)])
    await once(child, 'spawn')
    return new Storescp(child, folder, port)
  }

  /** Knocks until the program listens; it does not say when. */
  async connect(): Promise<Connection> {
    while (this.#child.exitCode === null) {
      try {
        return await tcp().connect({ host: '127.0.0.1', port: this.#port })
      } catch {
        // Not yet.
      }
    }
    throw new Error(`storescp ended with exit code ${String(this.#child.exitCode)}: ${this.#printed}`)
  }

  /** Resolves when it has printed this. */
  async printed(text: string): Promise<void> {
    while (!this.#printed.includes(text)) {
      if (!this.#child.stderr || this.#child.exitCode !== null) throw new Error(this.#printed)
      await once(this.#child.stderr, 'data')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGKILL')
      await once(this.#child, 'close')
    }
    await rm(this.#folder, { recursive: true, force: true })
  }
}
