import { resolve } from 'node:path'
import { describeStatus, statuses } from '@dcm/dimse'
import type { InstanceSink, RefusedInstance } from '@dcm/scu'
import { fileStore } from '@dcm/storage'
import type { Arguments } from '../../arguments/arguments.ts'
import { compileEarly } from '../../receiving/compile-early.ts'
import type { ExitCode } from '../../exit-codes.ts'
import { called } from '../../peers/called.ts'
import { peerFor } from '../../peers/peer.ts'
import { missingUniqueKeys } from '../../queries/missing-unique-keys.ts'
import { identifierOf, parseRetrievalKeys } from '../../queries/query-keys.ts'
import { scopeOf } from '../../queries/scope.ts'
import { reportRetrieval } from '../../queries/retrieval-report.ts'
import { unkept } from '../../receiving/unkept.ts'
import { contextsToRetrieve } from '../../retrieving/contexts-to-retrieve.ts'
import { registeredUid } from '../../retrieving/registered-uid.ts'
import { counted } from '../../terminal/amounts.ts'
import { usageError } from '../../usage-error.ts'
import type { Surroundings } from '../command.ts'

/** The reason of a failed sub-operation is not told; this one we can do something about. */
const expectRareOnes =
  'What failed may be of a SOP class, or compressed in a way, that was not proposed: try again with --sop-class.'

export async function run(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = surroundings
  const [who, ...given] = args.positionals
  const scope = scopeOf(args)
  const keys = parseRetrievalKeys(given)
  if (keys.length === 0)
    throw usageError('What is to be retrieved? Write KEYWORD=VALUE, such as StudyInstanceUID=1.2.3.')
  const identifier = identifierOf(keys, scope)
  const sopClasses = args.texts('sop-class').map((name) => registeredUid('sop-class', name))
  const transferSyntaxes = args.texts('transfer-syntax').map((name) => registeredUid('transfer-syntax', name))
  const contexts = contextsToRetrieve(scope.model, {
    ...(sopClasses.length > 0 && { sopClasses }),
    ...(transferSyntaxes.length > 0 && { transferSyntaxes }),
  })
  const peer = await peerFor(who, args, surroundings)
  compileEarly()
  return called(peer, { contexts }, args, surroundings, async (association) => {
    const directory = resolve(args.text('out') ?? 'received')
    await using store = await fileStore({ directory })
    /** What went wrong on this computer. */
    let ours: Error | undefined
    let kept = 0
    const sink: InstanceSink = {
      put: async (instance) => {
        const { location, dataSetBytes: bytes } = await store.put(instance).catch((error: unknown) => {
          if (!association.over) ours ??= unkept(error, directory)
          throw error
        })
        kept++
        const { sopClassUid, sopInstanceUid, transferSyntaxUid } = instance
        if (terminal.json) {
          const told = { type: 'stored', sopClassUid, sopInstanceUid, transferSyntaxUid, bytes, location }
          // That our output has no room does not make it less kept.
          await terminal.object(told).catch((error: unknown) => {
            ours ??= error as Error
          })
        }
      },
    }
    const refused = new Map<number, number>()
    const onRefused = ({ status }: RefusedInstance): void => {
      refused.set(status, (refused.get(status) ?? 0) + 1)
    }
    const retrieval = association.get(scope.model, identifier, sink, { signal, onRefused })
    // Why this computer did not keep something, the peer cannot know: it only has our failure status.
    const code = await reportRetrieval(retrieval, {
      peer: peer.label,
      service: 'C-GET',
      terminal,
      signal,
      missingKeys: missingUniqueKeys(scope, keys, { own: true }),
      whenSomeFailed: (failed) => {
        if (ours) return []
        const here = [...refused.values()].reduce((sum, count) => sum + count, 0)
        const wantsOthers = failed > here && sopClasses.length === 0
        return [...refusalsInWords(refused, peer.label), ...(wantsOthers ? [expectRareOnes] : [])]
      },
      arrived: { count: () => kept, otherwise: 'its vendor may want to know' },
    })
      .catch((error: unknown) => {
        throw ours ?? error
      })
      // The peer ends what it has under way when it is told to stop; so the store outlives the association.
      .finally(() => association[Symbol.asyncDispose]())
    if (ours) throw ours
    return code
  })
}

/** What we refused of what the peer sent: it may call that failed, and knows no reason. */
function refusalsInWords(countByStatus: ReadonlyMap<number, number>, peer: string): string[] {
  return [...countByStatus].map(([status, count]) => {
    const why =
      status === statuses.NotAuthorized ? 'not asked for (0124H)' : describeStatus(status, 'C-STORE')
    return `${counted(count, 'object')} of ${peer} refused here: ${why}; ask who runs it.`
  })
}
