import { CliError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'
import { run } from './run.ts'
import { Terminal } from './terminal/terminal.ts'

const interruption = new AbortController()

const args = process.argv.slice(2)
const terminal = new Terminal({
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  json: args.includes('--json'),
  onClosed: () => {
    interruption.abort(
      new CliError(exitCodes.outputClosed, 'DCM_OUTPUT_CLOSED', 'Nobody reads the output any more.'),
    )
  },
})

function interruptWith(exitCode: 129 | 130 | 143, words: string): () => void {
  return () => {
    if (interruption.signal.aborted) process.exit(exitCode)
    interruption.abort(
      new CliError(exitCode, 'DCM_INTERRUPTED', `Stopped by ${words}; what was done until then is done.`),
    )
  }
}
process.on('SIGINT', interruptWith(exitCodes.interrupted, 'Ctrl-C'))
process.on('SIGHUP', interruptWith(exitCodes.hungUp, 'SIGHUP'))
process.on('SIGTERM', interruptWith(exitCodes.terminated, 'SIGTERM'))

const exitCode = await run(args, { terminal, environment: process.env, signal: interruption.signal })
// What waits for a slow reader is written first.
await new Promise((resolve) => process.stdout.write('', resolve))
process.exit(exitCode)
