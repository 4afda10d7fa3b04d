import { spawn } from 'node:child_process'

/** How a program ended. */
export interface Outcome {
  readonly code: number | null
  /** Standard output and standard error, as they came. */
  readonly output: string
}

/** Runs a program to its end. A missing one is a failure: install Debian's `dcmtk` and `openssl`. */
export function run(program: string, ...line: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, TCP_NODELAY: '1' }
    const child = spawn(program, line, { stdio: ['ignore', 'pipe', 'pipe'], env })
    let output = ''
    child.stdout.setEncoding('latin1').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('latin1').on('data', (text: string) => (output += text))
    child.on('error', (cause) => {
      reject(new Error(`${program} is needed for this test`, { cause }))
    })
    child.on('close', (code) => {
      resolve({ code, output })
    })
  })
}
