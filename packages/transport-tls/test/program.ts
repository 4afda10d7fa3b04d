import { spawn } from 'node:child_process'

/** Long enough for any handshake on a busy machine; a program that hangs is killed and its test fails. */
const programTimeoutMs = 20_000

/** Runs a program to its end with `input` on its standard input, and gives all that it printed. */
export async function run(program: string, line: readonly string[], input = ''): Promise<string> {
  const child = spawn(program, line, { timeout: programTimeoutMs, killSignal: 'SIGKILL' })
  const printed: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk))
  // a program that ends early does not read it
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new Error(`${program} cannot be run; these tests need DCMTK and openssl installed`, { cause }))
    })
    child.once('close', (_code, signal) => {
      if (signal === 'SIGKILL') reject(new Error(`${program} did not end in ${String(programTimeoutMs)} ms`))
      else resolve(Buffer.concat(printed).toString('latin1'))
    })
  })
}
