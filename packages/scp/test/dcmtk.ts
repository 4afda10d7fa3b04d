import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@dcm/testkit'

// Without TCP_NODELAY, Nagle's algorithm makes each of its small writes wait for an acknowledgement.
const env = { ...process.env, TCP_NODELAY: '1' }

/** How a program of DCMTK ended. */
export interface Outcome {
  readonly code: number | null
  /** Standard output and standard error, as they came. */
  readonly output: string
}

/** A program of DCMTK that runs. A missing one is a failure: install Debian's `dcmtk`. */
export class Program {
  readonly child: ChildProcess
  readonly ended: Promise<Outcome>
  #output = ''
  #printed: (() => void)[] = []

  constructor(program: string, ...line: readonly string[]) {
    this.child = spawn(program, line, { stdio: ['ignore', 'pipe', 'pipe'], env })
    const print = (text: string): void => {
      this.#output += text
      for (const resolve of this.#printed.splice(0)) resolve()
    }
    this.child.stdout?.setEncoding('latin1').on('data', print)
    this.child.stderr?.setEncoding('latin1').on('data', print)
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', (error) => {
        reject(new Error(`${program} is needed for this test (Debian package dcmtk): ${error.message}`))
      })
      this.child.on('close', (code) => {
        resolve({ code, output: this.#output })
        for (const printed of this.#printed.splice(0)) printed()
      })
    })
  }

  /** Resolves when it has printed this. */
  async printed(text: string): Promise<void> {
    while (!this.#output.includes(text)) {
      if (this.child.exitCode !== null) throw new Error(`it ended without "${text}": ${this.#output}`)
      await new Promise<void>((resolve) => this.#printed.push(resolve))
    }
  }
}

/** Runs a program to its end. */
export function dcmtk(program: string, ...line: readonly string[]): Promise<Outcome> {
  return new Program(program, ...line).ended
}

/** A folder of its own, gone when it is disposed of. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'dcm-retrieve-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A storescp on a free port of loopback, with a folder of its own. */
export async function storescp(
  ...options: readonly string[]
): Promise<{ readonly port: number; readonly folder: string; readonly program: Program } & AsyncDisposable> {
  const folder = await temporaryFolder()
  const port = await freePort()
  const program = new Program('storescp', '-v', '+xa', ...options, '-od', folder.path, String(port))
  await reachable(port, program)
  return {
    port,
    folder: folder.path,
    program,
    [Symbol.asyncDispose]: async () => {
      program.child.kill('SIGKILL')
      await program.ended
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Knocks until it listens; it does not say when. */
async function reachable(port: number, { child, ended }: Program): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1')
    const open = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => {
        resolve(true)
      })
      socket.once('error', () => {
        resolve(false)
      })
    })
    socket.destroy()
    if (open) return
  }
  throw new Error((await ended).output)
}
