import { addAbortSignal, type Readable } from 'node:stream'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'

/** Windows has no longer paths, and Linux opens none over 4096 bytes (PATH_MAX). */
const maximumPathLength = 32_767

/**
 * The paths of the command line; `-` stands for one path a line on standard input.
 *
 * @throws CliError when that is no list of paths; the signal's reason
 */
export async function* pathsToSend(
  positionals: readonly string[],
  standardInput: () => Readable,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (const path of positionals) {
    if (path === '-') yield* linesOf(addAbortSignal(signal, standardInput()), signal)
    else yield path
  }
}

async function* linesOf(input: Readable, signal: AbortSignal): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of input.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split(/\r?\n/)
    for (const line of lines) requirePath(line)
    rest = lines.pop() ?? ''
    yield* lines.filter((line) => line !== '')
  }
  // Ctrl-C ends who writes the list, too, and its end may be heard of before the signal: two turns of the event loop later both are.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
  signal.throwIfAborted()
  if (rest !== '') yield rest
}

function requirePath(line: string): void {
  if (line.length <= maximumPathLength && !line.includes('\0')) return
  throw new CliError(
    exitCodes.localFile,
    'DCM_NO_LIST',
    'What is on standard input is no list of paths; write one a line, or name the file itself.',
  )
}
