import { resolve } from 'node:path'
import { sendFiles, type SendOptions, type SendSummary } from '@dcm/scu'
import type { Arguments } from '../../arguments/arguments.ts'
import { CliError } from '../../cli-error.ts'
import { explainError } from '../../explain-error.ts'
import { type ExitCode, exitCodes } from '../../exit-codes.ts'
import { type Peer, peerFor } from '../../peers/peer.ts'
import { compileLate } from '../../sending/compile-late.ts'
import { pathsToSend } from '../../sending/paths-to-send.ts'
import { SendReport } from '../../sending/send-report.ts'
import { safeText } from '../../terminal/safe-text.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { usageError } from '../../usage-error.ts'
import type { Surroundings } from '../command.ts'

export async function run(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
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
      if (event.type === 'planned') compileLate(event.files)
      report.event(event)
    },
    signal,
    ...(journal !== undefined && { journal: resolve(journal) }),
  }
  const summary = await sent(
    pathsToSend(paths, () => process.stdin, signal),
    options,
    peer,
    signal,
  )
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
    throw explainError(error, peer.label)
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
    const failure = explainError(firstFailure, label)
    if (stored === 0) throw failure
    terminal.note(safeText(failure.message))
    return exitCodes.notAll
  }
  if (bad === 0) return exitCodes.success
  const unsent = rows.filter(({ outcome }) => !outcome.startsWith('stored') && outcome !== 'not-dicom')
  if (unsent.every(({ outcome }) => outcome === 'unreadable')) return exitCodes.localFile
  return unsent.every(({ outcome }) => outcome === 'not-accepted')
    ? exitCodes.contextRefused
    : exitCodes.notAll
}
