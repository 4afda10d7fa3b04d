import { resolve } from 'node:path'
import { type DicomJson, encodeDataSet } from '@dcm/dataset'
import { isAeTitle, uidOf } from '@dcm/pdu'
import { AskedFor } from '@dcm/scu'
import type { Arguments } from '../../arguments/arguments.ts'
import type { ExitCode } from '../../exit-codes.ts'
import { called } from '../../peers/called.ts'
import type { Address } from '../../peers/address.ts'
import { type Peer, peerFor } from '../../peers/peer.ts'
import { readConfiguration } from '../../peers/read-configuration.ts'
import { requestedLayers } from '../../peers/requested-layers.ts'
import { missingUniqueKeys } from '../../queries/missing-unique-keys.ts'
import { identifierOf, parseRetrievalKeys } from '../../queries/query-keys.ts'
import { scopeOf } from '../../queries/scope.ts'
import { reportRetrieval } from '../../queries/retrieval-report.ts'
import { listeningSide, listenOption, started } from '../../receiving/listening-side.ts'
import { type Receiver, startReceiver } from '../../receiving/receiver.ts'
import { Reception } from '../../receiving/reception.ts'
import { usageError } from '../../usage-error.ts'
import type { Surroundings } from '../command.ts'

/** Some archives answer when they have put the objects into a queue, and send later. */
const defaultWaitMs = 30_000

export async function run(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = surroundings
  const [who, whereTo, ...given] = args.positionals
  const destination = whereTo?.trim()
  const scope = scopeOf(args)
  if (destination === undefined || !isAeTitle(destination)) {
    throw usageError(
      'Where to? Write the AE title of the destination behind the peer: dcm move PEER DESTINATION KEYWORD=VALUE….',
    )
  }
  const keys = parseRetrievalKeys(given)
  if (keys.length === 0)
    throw usageError('What is to be moved? Write KEYWORD=VALUE, such as StudyInstanceUID=1.2.3.')
  const identifier = identifierOf(keys, scope)
  const listen = listenOption(args)
  const waitMs = args.milliseconds('wait') ?? defaultWaitMs
  const peer = await peerFor(who, args, surroundings, listen)
  const directory = resolve(args.text('out') ?? 'received')
  const reception = new Reception(terminal, { eachObject: args.flag('verbose'), directory })
  const receiver =
    listen &&
    (await receiverAt(
      { ...listen, aeTitle: destination },
      { peer, directory, reception, askedFor: askedForIn(identifier) },
      args,
      surroundings,
    ))
  // Objects that are under way when the peer is done come as well.
  const count = async (sent: number): Promise<number> => {
    await reception.arrived(sent, { waitMs, signal })
    await receiver?.close()
    return reception.objects
  }
  let code: ExitCode
  try {
    const abstractSyntax = scope.model.move ?? scope.model.find
    code = await called(peer, { contexts: [{ abstractSyntax }] }, args, surroundings, (association) => {
      const retrieval = association.move(scope.model, destination, identifier, { signal })
      return reportRetrieval(retrieval, {
        peer: peer.label,
        service: 'C-MOVE',
        terminal,
        signal,
        missingKeys: missingUniqueKeys(scope, keys, { own: true }),
        ...(receiver && {
          arrived: {
            count,
            otherwise: `it may know ${destination} at another address, or send later than --wait`,
          },
        }),
      }).catch((error: unknown) => {
        throw reception.unkept ?? error
      })
    })
  } finally {
    await receiver?.close()
  }
  // The peer has our failure status only, and knows no reason.
  if (reception.unkept) throw reception.unkept
  return code
}

function askedForIn(identifier: DicomJson): AskedFor {
  const transferSyntaxUid = uidOf('ImplicitVRLittleEndian')
  return new AskedFor({ bytes: encodeDataSet(identifier, { transferSyntaxUid }), transferSyntaxUid })
}

async function receiverAt(
  address: Address,
  to: {
    readonly peer: Peer
    readonly directory: string
    readonly reception: Reception
    readonly askedFor: AskedFor
  },
  args: Arguments,
  { terminal, environment }: Surroundings,
): Promise<Receiver> {
  const { peer, directory, reception, askedFor } = to
  const configuration = await readConfiguration(args.text('config'), environment)
  const layers = requestedLayers(address, args, configuration, [peer.address])
  const side = await listeningSide(address, layers, (words) => {
    terminal.note(words)
  })
  return started(side, () =>
    startReceiver({
      ...side,
      aeTitle: address.aeTitle,
      directory,
      durability: 'fsync',
      askedFor,
      logger: reception.logger,
      onKept: (object, from) => reception.kept(object, from),
      onAssociationEnded: (association) => {
        reception.ended(association)
      },
    }),
  )
}
