import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@dcm/testkit'
import { tcp } from '@dcm/transport-tcp'

/** A peer program on a free port of loopback, with a folder of its own; both are gone when it is disposed of. */
export class PeerProgram implements AsyncDisposable {
  readonly to: { readonly host: string; readonly port: number }
  readonly folder: string
  readonly #child: ChildProcess
  #printed = ''

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child
    this.folder = folder
    this.to = { host: '127.0.0.1', port }
    const print = (text: Buffer): void => {
      this.#printed += text.toString('latin1')
    }
    child.stdout?.on('data', print)
    child.stderr?.on('data', print)
  }

  /** Starts it and waits until it listens. A missing program is a failure: `.ci/run` names the Debian packages. */
  static async start(
    program: string,
    line: (folder: string, port: number) => Promise<readonly string[]> | readonly string[],
  ): Promise<PeerProgram> {
    const folder = await mkdtemp(join(tmpdir(), 'dcm-scu-'))
    const port = await freePort()
    const child = spawn(program, await line(folder, port), { env: { ...process.env, TCP_NODELAY: '1' } })
    await once(child, 'spawn')
    const started = new PeerProgram(child, folder, port)
    await started.#listening()
    return started
  }

  /** What it has printed so far. */
  get output(): string {
    return this.#printed
  }

  /** Knocks; it does not say when it is ready. */
  async #listening(): Promise<void> {
    while (this.#child.exitCode === null) {
      try {
        const connection = await tcp().connect(this.to)
        connection.stream.destroy()
        return
      } catch {
        // Not yet.
      }
    }
    throw new Error(`the peer ended with exit code ${String(this.#child.exitCode)}: ${this.#printed}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill('SIGKILL')
      await once(this.#child, 'close')
    }
    await rm(this.folder, { recursive: true, force: true })
  }
}
