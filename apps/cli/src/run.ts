import packageJson from '../package.json' with { type: 'json' }
import { everywhere } from './arguments/option.ts'
import { distanceBetween, parseArguments } from './arguments/parse-arguments.ts'
import { CliError } from './cli-error.ts'
import type { Command, Surroundings } from './commands/command.ts'
import { commands } from './commands/index.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { helpFor, type HelpPage, overview } from './help.ts'
import { safeText } from './terminal/safe-text.ts'
import type { Terminal } from './terminal/terminal.ts'
import { usageError } from './usage-error.ts'

/** Runs one command line, and says whatever goes wrong. Never rejects. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    const exitCode = await dispatch(args, surroundings)
    // Why was said when it happened; what was asked for was done, but for telling of it.
    return exitCode === exitCodes.success && surroundings.terminal.unwritable ? exitCodes.localFile : exitCode
  } catch (error) {
    // A CliError speaks for itself: to load takes a file descriptor, and none may be left.
    const { exitCode, code, message } = error instanceof CliError ? error : await explained(error)
    const { terminal } = surroundings
    if (exitCode === exitCodes.outputClosed) return exitCode
    if (terminal.json) {
      // Where it cannot be written, the sentence is on standard error still.
      await terminal.object({ type: 'error', code, exitCode, message }).catch(() => undefined)
    }
    terminal.transient('')
    terminal.note(`${terminal.errorStyle.bad('dcm:')} ${safeText(message)}`)
    return exitCode
  }
}

/** Who knows the errors of every layer loads them all; where that fails, the error says why itself. */
async function explained(error: unknown): Promise<CliError> {
  try {
    const { explainError } = await import('./explain-error.ts')
    return explainError(error)
  } catch {
    const sentence = `Something unforeseen: ${(error as Error).message}; dcm may not be installed whole.`
    return new CliError(exitCodes.internal, 'DCM_INTERNAL', sentence)
  }
}

async function dispatch([name, ...args]: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const [asked] = args
    await terminal.line(
      asked === undefined ? showOverview(terminal) : showHelp(commandNamed(asked), terminal),
    )
    return name === undefined ? exitCodes.usage : exitCodes.success
  }
  if (name === '--version') {
    await terminal.line(`dcm ${packageJson.version}, Node.js ${process.versions.node}`)
    return exitCodes.success
  }
  const command = commandNamed(name)
  const parsed = parseArguments(name, args, [...command.options, ...everywhere])
  if (parsed.flag('help')) {
    await terminal.line(showHelp(command, terminal))
    return exitCodes.success
  }
  const { run } = await command.load()
  return run(parsed, surroundings)
}

function showOverview(terminal: Terminal): string {
  return overview(commands, helpPage(terminal)).trimEnd()
}

function showHelp(command: Command, terminal: Terminal): string {
  return helpFor(command, helpPage(terminal)).trimEnd()
}

/** As wide as the terminal, but no wider than one reads with ease. */
function helpPage({ style, columns = 80 }: Terminal): HelpPage {
  return { style, columns: Math.min(columns, 100) }
}

function commandNamed(name: string): Command {
  const command = commands.find((known) => known.name === name)
  if (command) return command
  const near = commands.find((known) => distanceBetween(known.name, name) <= 2)
  throw usageError(
    `There is no command "${name}"${near ? `; did you mean dcm ${near.name}?` : '; dcm --help lists them.'}`,
  )
}
