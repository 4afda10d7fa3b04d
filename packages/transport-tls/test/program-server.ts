import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { freePort } from '@dcm/testkit'

/** A server program on a free port of loopback, ended when it is disposed of. */
export class ProgramServer implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #port: number

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.#port = port
  }

  static async start(program: string, line: (port: string) => readonly string[]): Promise<ProgramServer> {
    const port = await freePort()
    const child = spawn(program, line(String(port)), { stdio: 'ignore' })
    // rejects when the program cannot be run
    await once(child, 'spawn')
    return new ProgramServer(child, port)
  }

  /** Knocks until the program listens; it does not say when. */
  async connect(): Promise<Socket> {
    while (this.#child.exitCode === null) {
      const socket = connect({ host: '127.0.0.1', port: this.#port, allowHalfOpen: true })
      try {
        await once(socket, 'connect')
        return socket
      } catch {
        socket.destroy()
      }
    }
    throw new Error(`the server program ended with exit code ${String(this.#child.exitCode)}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'close')
  }
}
