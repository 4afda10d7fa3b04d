import { existsSync } from 'node:fs'
import { type Association, describeAssociation, interpretAnswer } from '@dcm/association'
import { uidName } from '@dcm/pdu'
import type { Arguments } from '../../arguments/arguments.ts'
import { CliError } from '../../cli-error.ts'
import { contextsToAsk } from '../../dumping/contexts-to-ask.ts'
import { dumpFile, type DumpedFile } from '../../dumping/dump-file.ts'
import { printDataSet } from '../../dumping/print-data-set.ts'
import { explainError } from '../../explain-error.ts'
import { type ExitCode, exitCodes } from '../../exit-codes.ts'
import { called } from '../../peers/called.ts'
import { peerFor } from '../../peers/peer.ts'
import { readConfiguration } from '../../peers/read-configuration.ts'
import { counted } from '../../terminal/amounts.ts'
import { safeText } from '../../terminal/safe-text.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { usageError } from '../../usage-error.ts'
import type { Surroundings } from '../command.ts'

export async function run(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const [first, ...others] = args.positionals
  if (first === undefined) throw usageError('What is to be dumped? Name a file or a peer.')
  // A file may be named like a peer; then ./NAME means the file.
  const isPath = /^\.{0,2}[/\\]/.test(first) || (existsSync(first) && !/@.*:\d/.test(first))
  const isPeer = !isPath && (first.includes('@') || !/[/.\\]/.test(first))
  if (!isPeer) return dumpFiles(args.positionals, surroundings)
  if (!first.includes('@')) await requireName(first, args, surroundings)
  if (others.length > 0) throw usageError('dcm dump takes one peer, or files.')
  return dumpPeer(first, args, surroundings)
}

/** A word that is no address: a peer of the configuration, or a file that is not there. */
async function requireName(word: string, args: Arguments, { environment }: Surroundings): Promise<void> {
  const { peers } = await readConfiguration(args.text('config'), environment)
  if (!peers.has(word))
    throw usageError(`There is no file and no peer "${word}"; check the path, or write AE@host:port.`)
}

async function dumpFiles(paths: readonly string[], { terminal, signal }: Surroundings): Promise<ExitCode> {
  const [only] = paths
  if (only !== undefined && paths.length === 1) {
    const fault = await dumpOne(only, terminal, signal)
    if (fault) throw fault
    return exitCodes.success
  }
  let bad = 0
  for (const path of paths) {
    signal.throwIfAborted()
    if (!terminal.json) await terminal.line(terminal.style.strong(safeText(path)))
    const fault = await dumpOne(path, terminal, signal)
    if (!fault) continue
    bad++
    terminal.note(`${terminal.errorStyle.mark(false)} ${safeText(fault.message)}`)
  }
  if (bad === 0) return exitCodes.success
  const sentence = `${String(bad)} of ${counted(paths.length, 'file')} could not be read to the end; look above for why.`
  throw new CliError(exitCodes.localFile, 'DCM_FILES_BAD', sentence)
}

/** Prints what can be read of a file, and returns why the rest cannot. */
async function dumpOne(path: string, terminal: Terminal, signal: AbortSignal): Promise<CliError | undefined> {
  const { fileMeta, dataSet, fault } = await dumpFile(path).catch((error: unknown): Partial<DumpedFile> => ({
    fault: explainError(error),
  }))
  if (terminal.json) {
    const why = fault && { code: fault.code, message: fault.message }
    await terminal.object({ type: 'file', path, fileMeta, dataSet, fault: why })
  } else {
    for (const part of [fileMeta, dataSet]) if (part) await printDataSet(part, terminal, signal)
  }
  return fault
}

async function dumpPeer(text: string, args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings
  const peer = await peerFor(text, args, surroundings)
  return called(peer, { contexts: contextsToAsk() }, args, surroundings, async ({ association }) => {
    const { request, answer } = association.facts
    if (terminal.json) {
      await printAssociation(association, peer.label, terminal)
      return exitCodes.success
    }
    // With -v the whole conversation has been shown already.
    if (!args.flag('verbose')) {
      const lines = describeAssociation(request, answer).split('\n')
      await terminal.line(lines.slice(lines.indexOf('A-ASSOCIATE-AC')).join('\n'))
    }
    return exitCodes.success
  })
}

async function printAssociation({ facts }: Association, peer: string, terminal: Terminal): Promise<void> {
  const { request, answer } = facts
  const proposed = new Map(
    request.presentationContexts.map((context) => [context.presentationContextId, context.abstractSyntax]),
  )
  const { maximumLength, implementationClassUid, implementationVersionName } = answer.userInformation
  await terminal.object({
    type: 'association',
    peer,
    implementationClassUid,
    implementationVersionName,
    maximumLength,
    presentationContexts: interpretAnswer(request, answer).explanations.map(
      ({ presentationContextId, result, reason }) => {
        const abstractSyntax = proposed.get(presentationContextId) ?? ''
        const transferSyntax = facts.contexts.get(presentationContextId)?.transferSyntax
        return {
          presentationContextId,
          abstractSyntax,
          name: uidName(abstractSyntax),
          result,
          reason,
          transferSyntax,
        }
      },
    ),
  })
}
