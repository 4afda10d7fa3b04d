import { spawn } from 'node:child_process'

/** How a program of DCMTK ended. */
export interface Outcome {
  readonly code: number | null
  /** Standard output and standard error, as they came. */
  readonly output: string
}

/** Runs a program of DCMTK to its end. A missing program is a failure: install Debian's `dcmtk`. */
export function dcmtk(program: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Without it, Nagle's algorithm makes each of its small writes wait for an acknowledgement.
      env: { ...process.env, TCP_NODELAY: '1' },
    })
    let output = ''
    child.stdout.setEncoding('latin1').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('latin1').on('data', (text: string) => (output += text))
    child.on('error', (error) => {
      reject(new Error(`${program} is needed for this test (Debian package dcmtk): ${error.message}`))
    })
    child.on('close', (code) => {
      resolve({ code, output })
    })
  })
}
