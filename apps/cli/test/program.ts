import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'

/** How a program ended. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A program that runs. A missing one is a failure: the peers are Debian's dcmtk and libgdcm-tools. */
export class Program implements AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams
  readonly ended: Promise<Outcome>
  #stdout = ''
  #stderr = ''
  #printed: (() => void)[] = []

  constructor(
    file: string,
    line: readonly string[],
    options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
  ) {
    this.child = spawn(file, line, {
      // Without TCP_NODELAY, Nagle's algorithm makes each of DCMTK's small writes wait for an acknowledgement.
      env: { ...process.env, TCP_NODELAY: '1', ...options.env },
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    })
    const wake = (): void => {
      for (const resolve of this.#printed.splice(0)) resolve()
    }
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      wake()
    })
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      wake()
    })
    this.child.stdin.on('error', () => undefined)
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', (error) => {
        reject(new Error(`${file} is needed for this test: ${error.message}`))
      })
      this.child.on('close', (code) => {
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr })
        wake()
      })
    })
  }

  /** What it has printed so far, on both. */
  get output(): string {
    return this.#stdout + this.#stderr
  }

  /** Resolves with the match when it has printed it. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output)
      if (match) return match
      if (this.child.exitCode !== null) throw new Error(`it ended without ${String(pattern)}: ${this.output}`)
      await new Promise<void>((resolve) => this.#printed.push(resolve))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL')
      await once(this.child, 'close')
    }
  }
}

/** Runs a program to its end. */
export function ran(file: string, ...line: readonly string[]): Promise<Outcome> {
  return new Program(file, line).ended
}
