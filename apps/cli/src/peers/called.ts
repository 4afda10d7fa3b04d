import { describeAssociation } from '@dcm/association'
import { associate, type AssociateOptions, type ScuAssociation } from '@dcm/scu'
import { systemClock } from '@dcm/transport'
import type { Arguments } from '../arguments/arguments.ts'
import type { Surroundings } from '../commands/command.ts'
import { explainError } from '../explain-error.ts'
import type { ExitCode } from '../exit-codes.ts'
import type { Peer } from './peer.ts'

export type Proposal = Pick<AssociateOptions, 'contexts' | 'instances' | 'onEventReport'>

/**
 * Associates with the peer, lets `use` work with the association, and releases it. Whatever goes wrong is thrown as a CliError with
 * the peer in its words.
 */
export async function called(
  peer: Peer,
  proposal: Proposal,
  args: Arguments,
  { terminal, signal }: Surroundings,
  use: (association: ScuAssociation, facts: { readonly connectMs: number }) => Promise<ExitCode>,
): Promise<ExitCode> {
  try {
    const started = systemClock.now()
    await using association = await associate({ ...peer.target, ...proposal, signal })
    const connectMs = systemClock.now() - started
    if (args.flag('verbose')) {
      const { request, answer } = association.association.facts
      terminal.note(describeAssociation(request, answer))
    }
    return await use(association, { connectMs })
  } catch (error) {
    // The reason of the interruption counts, not what it broke.
    if (signal.aborted) throw signal.reason
    throw explainError(error, peer.label)
  }
}

/** Waits for an operation that has no C-CANCEL (PS3.7 9.3.2.3): once it is stopped, nobody waits for its answer any more. */
export async function answered<T>(
  operation: Promise<T>,
  association: ScuAssociation,
  { signal }: Pick<Surroundings, 'signal'>,
): Promise<T> {
  try {
    return await operation
  } catch (error) {
    if (signal.aborted) association.abort(error as Error)
    throw error
  }
}
