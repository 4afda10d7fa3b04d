import { resolve } from 'node:path'
import { contextsForGet, type InstanceSink } from '@dcm/scu'
import { fileStore } from '@dcm/storage'
import type { Arguments } from '../arguments/arguments.ts'
import { connectionOptions } from '../arguments/connection-options.ts'
import type { ExitCode } from '../exit-codes.ts'
import { called } from '../peers/called.ts'
import { peerFor } from '../peers/peer.ts'
import { identifierOf, parseKey } from '../queries/query-keys.ts'
import { scopeOf, scopeOptions } from '../queries/query-options.ts'
import { reportRetrieval } from '../queries/retrieval-report.ts'
import { usageError } from '../usage-error.ts'
import type { Command, Surroundings } from './command.ts'

export const get: Command = {
  name: 'get',
  usage: 'PEER KEYWORD=VALUE…',
  summary: 'retrieve objects over the same association (C-GET)',
  description:
    'The peer sends what the keys name over the association that asks, so that nothing has to be listened on. Each level needs the unique keys above it; dcm find shows them.',
  options: [
    ...scopeOptions(['study', 'patient', 'patient-study-only']),
    {
      name: 'out',
      short: 'o',
      value: 'FOLDER',
      completes: 'folder',
      summary: 'where objects are kept (default received)',
    },
    ...connectionOptions,
  ],
  examples: [
    ['get ARCHIVE@pacs.example:104 StudyInstanceUID=1.2.3 --out study', 'a whole study'],
    ['get archive -l series StudyInstanceUID=1.2.3 SeriesInstanceUID=1.2.3.4', 'a series of it'],
  ],
  completes: 'peer',
  run,
}

async function run(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = surroundings
  const [who, ...given] = args.positionals
  const scope = scopeOf(args)
  const keys = given.map(parseKey)
  if (keys.length === 0)
    throw usageError('What is to be retrieved? Write KEYWORD=VALUE, such as StudyInstanceUID=1.2.3.')
  const identifier = identifierOf(keys, scope)
  const peer = await peerFor(who, args, surroundings)
  const contexts = contextsForGet(scope.model)
  return called(peer, { contexts }, args, surroundings, async (association) => {
    await using store = await fileStore({ directory: resolve(args.text('out') ?? 'received') })
    const sink: InstanceSink = {
      put: async (instance) => {
        const { location, dataSetBytes: bytes } = await store.put(instance)
        const { sopClassUid, sopInstanceUid, transferSyntaxUid } = instance
        if (terminal.json) {
          await terminal.object({
            type: 'stored',
            sopClassUid,
            sopInstanceUid,
            transferSyntaxUid,
            bytes,
            location,
          })
        }
      },
    }
    const retrieval = association.get(scope.model, identifier, sink, { signal })
    return await reportRetrieval(retrieval, { peer: peer.label, service: 'C-GET', terminal, signal })
  })
}
