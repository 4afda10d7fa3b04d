import { CliError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'
import { run } from './run.ts'
import { safeText } from './terminal/safe-text.ts'
import { Terminal } from './terminal/terminal.ts'

const interruption = new AbortController()

const args = process.argv.slice(2)
const terminal = new Terminal({
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  json: args.includes('--json'),
  signal: interruption.signal,
  onClosed: () => {
    interruption.abort(
      new CliError(exitCodes.outputClosed, 'DCM_OUTPUT_CLOSED', 'Nobody reads the output any more.'),
    )
  },
})

// As Node.js prints them, warnings are for who writes programs.
process.removeAllListeners('warning')
process.on('warning', ({ message }) => {
  terminal.note(`${terminal.errorStyle.warning('!')} ${safeText(message)}`)
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

/** Longer nobody who was told to stop waits for a reader that reads no more. */
const lastWordsMs = 1000

const { signal } = interruption
const exitCode = await run(args, { terminal, environment: process.env, signal })
// What waits for a slow reader is written first.
process.stdout.write('', () => process.exit(exitCode))
const giveUp = (): void => {
  const { exitCode } = signal.reason as CliError
  setTimeout(() => process.exit(exitCode), lastWordsMs)
}
if (signal.aborted) giveUp()
else signal.addEventListener('abort', giveUp)
