import { randomUUID } from 'node:crypto'
import { describeStatus, statusCategory } from '@dcm/dimse'
import { uidName } from '@dcm/pdu'
import { createScp, type Scp, verification } from '@dcm/scp'
import {
  type CommitmentReport,
  type InstanceReference,
  type ScuAssociation,
  storageCommitment,
} from '@dcm/scu'
import { TimeoutError } from '@dcm/transport'
import type { Arguments } from '../../arguments/arguments.ts'
import { CliError } from '../../cli-error.ts'
import { instancesIn } from '../../commitment/instances-in.ts'
import { ReportInbox } from '../../commitment/report-inbox.ts'
import { type ExitCode, exitCodes } from '../../exit-codes.ts'
import { failureStatus } from '../../failure-status.ts'
import { answered, called } from '../../peers/called.ts'
import type { Address } from '../../peers/address.ts'
import { type Peer, peerFor } from '../../peers/peer.ts'
import { readConfiguration } from '../../peers/read-configuration.ts'
import { requestedLayers } from '../../peers/requested-layers.ts'
import { listeningSide, listenOption, started } from '../../receiving/listening-side.ts'
import { counted } from '../../terminal/amounts.ts'
import { safeText } from '../../terminal/safe-text.ts'
import { Table } from '../../terminal/table.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { usageError } from '../../usage-error.ts'
import type { Surroundings } from '../command.ts'

/** Archives that have to ask a tape take longer. */
const defaultWaitMs = 60_000
/** Who answers after the report does so at once. */
const lateAnswerMs = 1_000

export async function run(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = surroundings
  const [who, ...paths] = args.positionals
  if (paths.length === 0) throw usageError('Commitment of what? Name the files or folders that were sent.')
  const waitMs = args.milliseconds('wait') ?? defaultWaitMs
  const listen = listenOption(args)
  const peer = await peerFor(who, args, surroundings, listen)
  const instances = await instancesIn(paths, signal)
  if (instances.length === 0) {
    throw new CliError(
      exitCodes.localFile,
      'DCM_NOTHING_TO_COMMIT',
      'There are no DICOM files there; check the paths.',
    )
  }
  const transactionUid = newTransactionUid()
  const inbox = new ReportInbox(transactionUid, (words) => {
    terminal.note(words)
  })
  const scp = listen && (await listening(listen, inbox, peer, args, surroundings))
  const stopWatching = scp && inbox.watch(scp)
  try {
    const proposal = {
      contexts: [{ abstractSyntax: storageCommitment.sopClassUid }],
      onEventReport: inbox.onEventReport,
    }
    // Until the report it is the peer's turn.
    const patient = {
      ...peer,
      target: { ...peer.target, association: { ...peer.target.association, idleTimeoutMs: waitMs + 60_000 } },
    }
    return await called(patient, proposal, args, surroundings, async (association) => {
      const request = storageCommitment.request(transactionUid, instances)
      const asked = association.nAction(request, { signal })
      const answer = answered(asked, association, surroundings)
      // Who has reported has taken the request, whether or not it still answers that.
      const first = await Promise.race([answer, inbox.report.then(() => undefined)])
      if (first && statusCategory(first.status) === 'failure') {
        throw failureStatus(peer.label, undefined, first)
      }
      terminal.transient(`waiting for the report about ${counted(instances.length, 'object')} …`)
      const report = await reported(inbox, { association, waitMs, signal, peer, listens: scp !== undefined })
      terminal.transient('')
      const kept = keptOf(instances, report)
      await print(report, { asked: instances.length, kept }, peer, terminal)
      if (!first) await abortUnless(answer, association)
      return report.failed.length === 0 && kept === instances.length ? exitCodes.success : exitCodes.notAll
    })
  } finally {
    await scp?.close({ drainMs: 1000 })
    stopWatching?.()
  }
}

/** A release would wait for the answer; who has reported without it may never send it. */
async function abortUnless(answer: Promise<unknown>, association: ScuAssociation): Promise<void> {
  const timer = setTimeout(() => {
    association.abort(new TimeoutError('late-answer', lateAnswerMs))
  }, lateAnswerMs)
  await answer.catch(() => undefined)
  clearTimeout(timer)
}

/** PS3.5 B.2: a UID from a UUID. */
function newTransactionUid(): string {
  return `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`).toString()}`
}

async function listening(
  at: Omit<Address, 'aeTitle'>,
  inbox: ReportInbox,
  peer: Peer,
  args: Arguments,
  { environment }: Surroundings,
): Promise<Scp> {
  const aeTitle = peer.target.callingAeTitle
  const configuration = await readConfiguration(args.text('config'), environment)
  const layers = requestedLayers(at, args, configuration, [peer.address])
  const side = await listeningSide({ ...at, aeTitle }, layers, (words) => {
    inbox.came(words)
  })
  const services = [verification(), inbox.service]
  const scp = createScp({ aeTitle, transport: side.transport, services })
  await started(side, () => scp.listen(side.at))
  return scp
}

/** The report; or why none came. */
async function reported(
  inbox: ReportInbox,
  {
    association,
    waitMs,
    signal,
    peer,
    listens,
  }: {
    readonly association: ScuAssociation
    readonly waitMs: number
    readonly signal: AbortSignal
    readonly peer: Peer
    readonly listens: boolean
  },
): Promise<CommitmentReport> {
  const silence = Promise.withResolvers<never>()
  const advice = (): string => {
    if (inbox.instead !== undefined) return `${inbox.instead}; have that corrected there`
    return listens ? 'try a longer --wait' : 'it may report on an association of its own: give --listen PORT'
  }
  const timer = setTimeout(() => {
    const sentence = `${peer.label} took the request and has not reported within ${String(waitMs / 1000)} s; ${advice()}.`
    silence.reject(new CliError(exitCodes.aborted, 'DCM_NO_REPORT', sentence))
  }, waitMs)
  const interrupted = (): void => {
    silence.reject(signal.reason as Error)
  }
  signal.addEventListener('abort', interrupted)
  if (!listens) {
    void association.ended.then(() => {
      const sentence = `${peer.label} took the request and ended the association without a report; ${advice()}.`
      silence.reject(new CliError(exitCodes.aborted, 'DCM_NO_REPORT', sentence))
    })
  }
  try {
    return await Promise.race([inbox.report, silence.promise])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', interrupted)
  }
}

/** How many of the instances the peer commits to: what else it names, or names twice, was not asked; what also fails is not kept. */
function keptOf(instances: readonly InstanceReference[], { committed, failed }: CommitmentReport): number {
  const named = new Set(committed.map(({ sopInstanceUid }) => sopInstanceUid))
  for (const { sopInstanceUid } of failed) named.delete(sopInstanceUid)
  return instances.filter(({ sopInstanceUid }) => named.has(sopInstanceUid)).length
}

async function print(
  { transactionUid, committed, failed: uncommitted }: CommitmentReport,
  { asked, kept }: { readonly asked: number; readonly kept: number },
  { label }: Peer,
  terminal: Terminal,
): Promise<void> {
  const failed = uncommitted.map(({ failureReason, ...instance }) => ({
    ...instance,
    ...(failureReason !== undefined && { reason: failureReason }),
  }))
  if (terminal.json) {
    await terminal.object({ type: 'commitment', peer: label, transactionUid, asked, committed, failed })
    return
  }
  const { style } = terminal
  const table = new Table([{ title: 'SOP class' }, { title: 'SOP instance' }, { title: 'reason' }], terminal)
  for (const { sopClassUid, sopInstanceUid, reason } of failed) {
    const words =
      reason === undefined ? 'not said' : describeStatus(reason, 'storage-commitment').replace(/^\w+ /, '')
    await table.row([uidName(sopClassUid), sopInstanceUid, words].map(safeText))
  }
  await table.end()
  const mark = style.mark(failed.length === 0 && kept === asked)
  await terminal.line(`${mark} ${style.strong(label)} keeps ${String(kept)} of ${counted(asked, 'object')}`)
}
