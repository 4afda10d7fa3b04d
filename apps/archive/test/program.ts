import { spawn } from 'node:child_process'

/** How a program ended. */
export interface Outcome {
  readonly code: number | null
  /** Standard output and standard error, as they came. */
  readonly output: string
}

interface RunOptions {
  readonly cwd?: string
  /** For its standard input, which then ends. */
  readonly input?: string
}

/** Runs a program of DCMTK or OpenSSL to its end. A missing one is a failure: install Debian's `dcmtk` and `openssl`. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: 'pipe',
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      // Without it, Nagle's algorithm makes each of DCMTK's small writes wait for an acknowledgement.
      env: { ...process.env, TCP_NODELAY: '1' },
    })
    let output = ''
    child.stdout.setEncoding('latin1').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('latin1').on('data', (text: string) => (output += text))
    // It may have ended without reading.
    child.stdin.on('error', () => undefined).end(options.input ?? '')
    child.on('error', (error) => {
      reject(
        new Error(`${program} is needed for this test (Debian packages dcmtk, openssl): ${error.message}`),
      )
    })
    child.on('close', (code) => {
      resolve({ code, output })
    })
  })
}

/** Runs a program of DCMTK to its end. */
export function dcmtk(program: string, ...args: string[]): Promise<Outcome> {
  return run(program, args)
}
