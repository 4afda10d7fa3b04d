import { resolve } from 'node:path'
import { isAeTitle } from '@dcm/pdu'
import type { Arguments } from '../arguments/arguments.ts'
import { connectionOptions } from '../arguments/connection-options.ts'
import { CliError } from '../cli-error.ts'
import { explainError } from '../explain-error.ts'
import type { ExitCode } from '../exit-codes.ts'
import { called } from '../peers/called.ts'
import { peerFor } from '../peers/peer.ts'
import { transportWith } from '../peers/security-layers.ts'
import { identifierOf, parseKey } from '../queries/query-keys.ts'
import { scopeOf, scopeOptions } from '../queries/query-options.ts'
import { reportRetrieval } from '../queries/retrieval-report.ts'
import { everyHost } from '../receiving/every-host.ts'
import { type Receiver, startReceiver } from '../receiving/receiver.ts'
import { Reception } from '../receiving/reception.ts'
import { usageError } from '../usage-error.ts'
import type { Command, Surroundings } from './command.ts'

export const move: Command = {
  name: 'move',
  usage: 'PEER DESTINATION KEYWORD=VALUE…',
  summary: 'have an archive send objects to somebody, or to us (C-MOVE)',
  description:
    'DESTINATION is an AE title that the peer knows, with the address it has there. With --listen the objects come to this command: it listens on that port under the title DESTINATION until all have arrived.',
  options: [
    ...scopeOptions(['study', 'patient', 'patient-study-only']),
    { name: 'listen', value: 'PORT', summary: 'be the destination: receive on this port' },
    {
      name: 'out',
      short: 'o',
      value: 'FOLDER',
      completes: 'folder',
      summary: 'with --listen: where objects are kept (default received)',
    },
    ...connectionOptions,
  ],
  examples: [
    ['move ARCHIVE@pacs.example:104 WORKSTATION StudyInstanceUID=1.2.3', 'send a study to a workstation'],
    ['move archive ME StudyInstanceUID=1.2.3 --listen 11112 --out study', 'fetch it, registered there as ME'],
  ],
  completes: 'peer',
  run,
}

async function run(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = surroundings
  const [who, destination, ...given] = args.positionals
  const scope = scopeOf(args)
  if (destination === undefined || !isAeTitle(destination)) {
    throw usageError(
      'Where to? Write the AE title of the destination behind the peer: dcm move PEER DESTINATION KEYWORD=VALUE….',
    )
  }
  const keys = given.map(parseKey)
  if (keys.length === 0)
    throw usageError('What is to be moved? Write KEYWORD=VALUE, such as StudyInstanceUID=1.2.3.')
  const identifier = identifierOf(keys, scope)
  const port = args.wholeNumber('listen', 1, 65_535)
  const peer = await peerFor(who, args, surroundings)
  const receiver = port === undefined ? undefined : await receiverAt(port, destination, args, surroundings)
  try {
    const abstractSyntax = scope.model.move ?? scope.model.find
    return await called(peer, { contexts: [{ abstractSyntax }] }, args, surroundings, (association) => {
      const retrieval = association.move(scope.model, destination, identifier, { signal })
      return reportRetrieval(retrieval, { peer: peer.label, service: 'C-MOVE', terminal, signal })
    })
  } finally {
    await receiver?.close()
  }
}

async function receiverAt(
  port: number,
  aeTitle: string,
  args: Arguments,
  { terminal }: Surroundings,
): Promise<Receiver> {
  const reception = new Reception(terminal, { eachObject: args.flag('verbose') })
  try {
    return await startReceiver({
      aeTitle,
      transport: await transportWith([], 'acceptor'),
      at: { host: everyHost(), port },
      directory: resolve(args.text('out') ?? 'received'),
      durability: 'fsync',
      logger: reception.logger,
      onKept: (object, peer) => reception.kept(object, peer),
    })
  } catch (error) {
    const { exitCode, code, sentence } = explainError(error, `${aeTitle}@:${String(port)}`)
    throw new CliError(exitCode, code, sentence, { cause: error })
  }
}
