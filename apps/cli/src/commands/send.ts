import { resolve } from 'node:path'
import { sendFiles, type SendOptions, type SendSummary } from '@dcm/scu'
import type { Arguments } from '../arguments/arguments.ts'
import { connectionOptions } from '../arguments/connection-options.ts'
import { CliError } from '../cli-error.ts'
import { explainError } from '../explain-error.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type Peer, peerFor } from '../peers/peer.ts'
import { pathsToSend } from '../sending/paths-to-send.ts'
import { SendReport } from '../sending/send-report.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { usageError } from '../usage-error.ts'
import type { Command, Surroundings } from './command.ts'

export const send: Command = {
  name: 'send',
  usage: 'PEER FILE… | FOLDER… | -',
  summary: 'send files and whole folders (C-STORE)',
  description:
    'Looks at all files first, so that the presentation contexts fit, then streams them; files that are no DICOM are counted and passed over. Each file goes in its own transfer syntax, or uncompressed in another one where the peer takes nothing else.',
  options: [
    {
      name: 'resume',
      value: 'JOURNAL',
      completes: 'file',
      summary: 'write down what was stored, and do not send again what an earlier run stored',
    },
    { name: 'associations', short: 'n', value: 'N', summary: 'so many at once (default 1)' },
    {
      name: 'attempts',
      value: 'N',
      summary: 'try so often what fails for the moment (default 3, with growing pauses)',
    },
    ...connectionOptions,
  ],
  examples: [
    ['send ARCHIVE@pacs.example:104 CT/', 'a folder, with all that is below it'],
    ['send archive CT/ --resume ct.journal', 'and go on where a broken run ended'],
    ['send archive CT/ -n 4', 'over four associations at once'],
    ['send archive - < list.txt', 'what is listed, one path a line: find … | dcm send archive -'],
  ],
  completes: 'peer-and-files',
  run,
}

async function run(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = surroundings
  const [who, ...paths] = args.positionals
  const peer = await peerFor(who, args, surroundings)
  if (paths.length === 0)
    throw usageError('What is to be sent? Name files or folders, or - for a list on standard input.')
  const journal = args.text('resume')
  const report = new SendReport({ terminal, peer: peer.label, verbose: args.flag('verbose'), named: paths })
  const options: SendOptions = {
    ...peer.target,
    maximumAssociations: args.wholeNumber('associations', 1, 64) ?? 1,
    retry: { attempts: args.wholeNumber('attempts', 1, 100) ?? 3 },
    onEvent: (event) => {
      report.event(event)
    },
    signal,
    ...(journal !== undefined && { journal: resolve(journal) }),
  }
  const summary = await sent(pathsToSend(paths, process.stdin, signal), options, peer, signal)
  await report.summary(summary)
  signal.throwIfAborted()
  return exitCodeOf(summary, report, peer, terminal)
}

async function sent(
  paths: AsyncIterable<string>,
  options: SendOptions,
  peer: Peer,
  signal: AbortSignal,
): Promise<SendSummary> {
  try {
    return await sendFiles(paths, options)
  } catch (error) {
    signal.throwIfAborted()
    const { exitCode, code, sentence } = explainError(error, peer.label)
    throw new CliError(exitCode, code, sentence, { cause: error })
  }
}

/** A peer that was never there is told like that, by its own exit code; else the files count. */
function exitCodeOf(
  { files, stored, rows }: SendSummary,
  { firstFailure, bad }: SendReport,
  { label }: Peer,
  terminal: Terminal,
): ExitCode {
  if (files === 0) {
    throw new CliError(
      exitCodes.localFile,
      'DCM_NOTHING_TO_SEND',
      'There are no files there; check the paths.',
    )
  }
  if (rows.every(({ outcome }) => outcome === 'not-dicom') && bad === 0) {
    throw new CliError(
      exitCodes.localFile,
      'DCM_NOTHING_TO_SEND',
      'There are no DICOM files there; check the paths.',
    )
  }
  if (firstFailure) {
    const { exitCode, code, sentence } = explainError(firstFailure, label)
    if (stored === 0) throw new CliError(exitCode, code, sentence, { cause: firstFailure })
    terminal.note(safeText(sentence))
    return exitCodes.notAll
  }
  if (bad === 0) return exitCodes.success
  const unsent = rows.filter(({ outcome }) => !outcome.startsWith('stored') && outcome !== 'not-dicom')
  if (unsent.every(({ outcome }) => outcome === 'unreadable')) return exitCodes.localFile
  return unsent.every(({ outcome }) => outcome === 'not-accepted')
    ? exitCodes.contextRefused
    : exitCodes.notAll
}
