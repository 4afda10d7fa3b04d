import { maximumPresentationContexts } from '@dcm/association'
import type { ContextToPropose, QueryModel } from '@dcm/scu'
import { usageError } from '../usage-error.ts'
import { usualSopClasses } from './usual-sop-classes.ts'
import { uncompressed, usualTransferSyntaxes } from './usual-transfer-syntaxes.ts'

export interface RetrievalProposal {
  /** The SOP classes that are expected; default: what archives hold. */
  readonly sopClasses?: readonly string[]
  /** In these alone; default: uncompressed, and however objects of each SOP class are compressed. */
  readonly transferSyntaxes?: readonly string[]
}

/** A SOP class, and how its objects may be kept. */
interface Expected {
  readonly sopClassUid: string
  readonly uncompressed: readonly string[]
  /** The likeliest first. */
  readonly compressed: readonly string[]
  /** So many of them have a context of their own; the others share one. */
  alone: number
}

/**
 * The contexts of a C-GET: the model's, and storage with us in the SCP role. The peer picks one transfer syntax per context (PS3.8
 * 9.3.3.2), and what it cannot convert it can send in that only: so each SOP class has a context for uncompressed objects, and the
 * likeliest compressions have one each while there is room; the others of a SOP class share one.
 *
 * @throws CliError for more SOP classes than an association has room for
 */
export function contextsToRetrieve(model: QueryModel, proposal: RetrievalProposal = {}): ContextToPropose[] {
  const expected = (proposal.sopClasses ?? usualSopClasses()).map((sopClassUid) =>
    expectedOf(sopClassUid, proposal.transferSyntaxes),
  )
  const room = maximumPresentationContexts - 1
  const needed = expected.reduce((sum, each) => sum + syntaxesOf(each).length, 0)
  if (needed > room) {
    throw usageError(
      `These SOP classes need ${String(needed)} presentation contexts, and an association has room for ${String(room)}; give fewer --sop-class.`,
    )
  }
  share(expected, room - needed)
  return [
    { abstractSyntax: model.get ?? model.find },
    ...expected.flatMap((each) =>
      syntaxesOf(each).map((transferSyntaxes) => ({
        abstractSyntax: each.sopClassUid,
        transferSyntaxes,
        roles: { scu: false, scp: true },
      })),
    ),
  ]
}

function expectedOf(sopClassUid: string, only: readonly string[] | undefined): Expected {
  const isUncompressed = (uid: string): boolean => (uncompressed as readonly string[]).includes(uid)
  return {
    sopClassUid,
    uncompressed: only ? only.filter(isUncompressed) : uncompressed,
    compressed: only ? only.filter((uid) => !isUncompressed(uid)) : usualTransferSyntaxes(sopClassUid),
    alone: 0,
  }
}

/** Gives the contexts that are left to the likeliest compressions, those of all SOP classes before the next likeliest of any. */
function share(expected: readonly Expected[], room: number): void {
  const wanting = expected.filter(({ compressed, alone }) => compressed.length > alone + 1).slice(0, room)
  if (wanting.length === 0) return
  for (const each of wanting) each.alone++
  share(expected, room - wanting.length)
}

/** The transfer syntaxes of each of its contexts. */
function syntaxesOf({ uncompressed: native, compressed, alone }: Expected): (readonly string[])[] {
  const own = compressed.slice(0, alone).map((uid) => [uid])
  return [native, ...own, compressed.slice(alone)].filter((syntaxes) => syntaxes.length > 0)
}
