import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@dcm/testkit'
import { reachable } from './reachable.ts'

/** DCMTK's storescp on a port of its own, which keeps what it receives bit for bit. */
export class Storescp implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'dcm-storescp-'))
  readonly port: number
  readonly #child: ChildProcess

  private constructor(port: number, options: readonly string[]) {
    this.port = port
    this.#child = spawn('storescp', ['+B', '-pm', '+xa', '-od', this.folder, ...options, String(port)], {
      stdio: 'ignore',
      env: { ...process.env, TCP_NODELAY: '1' },
    })
  }

  static async start(...options: string[]): Promise<Storescp> {
    const storescp = new Storescp(await freePort(), options)
    await reachable(storescp.port)
    return storescp
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill()
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
    rmSync(this.folder, { recursive: true, force: true })
  }
}
