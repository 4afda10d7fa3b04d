import { isAeTitle } from '@dcm/pdu'
import type { AssociateTarget } from '@dcm/scu'
import type { Arguments } from '../arguments/arguments.ts'
import type { Surroundings } from '../commands/command.ts'
import { readFirstLine } from '../read-file.ts'
import { usageError } from '../usage-error.ts'
import { type Address, formatPeer, looksLikeAddress, parseAddress } from './address.ts'
import type { Configuration } from './configuration.ts'
import { readConfiguration } from './read-configuration.ts'
import { requestedLayers } from './requested-layers.ts'
import { transportWith } from './security-layers.ts'

/** Somebody to call. */
export interface Peer {
  /** As a user would write it. */
  readonly label: string
  readonly address: Address
  readonly target: AssociateTarget
}

/**
 * The peer that an argument means: an address, or a name of the configuration.
 *
 * @param listening where we listen meanwhile, which the options of security may be for
 * @throws CliError
 */
export async function peerFor(
  text: string | undefined,
  args: Arguments,
  { environment }: Pick<Surroundings, 'environment'>,
  listening?: Pick<Address, 'security'>,
): Promise<Peer> {
  if (text === undefined) throw usageError('Which peer? Write AE@host:port, or a name of the configuration.')
  const configuration = await readConfiguration(args.text('config'), environment)
  const named = configuration.peers.get(text)
  const address = addressOf(text, configuration)
  if (address.host === '') throw usageError(`"${text}" names no host; write AE@host:port.`)
  const timeoutMs = args.milliseconds('timeout')
  const user = await userIdentity(args)
  const layers = requestedLayers(address, args, configuration, listening && [listening])
  return {
    label: formatPeer(address),
    address,
    target: {
      to: { host: address.host, port: address.port },
      transport: await transportWith(
        layers,
        'requestor',
        timeoutMs === undefined ? {} : { connectTimeoutMs: timeoutMs, handshakeTimeoutMs: timeoutMs },
      ),
      callingAeTitle: ourAeTitle(args, configuration, environment, named?.aeTitle),
      calledAeTitle: address.aeTitle,
      ...(user && { userIdentity: user }),
      ...(timeoutMs !== undefined && {
        responseTimeoutMs: timeoutMs,
        cancelTimeoutMs: timeoutMs,
        messageTimeoutMs: Math.max(timeoutMs, 300_000),
      }),
      association: associationTimers(timeoutMs),
    },
  }
}

/** A requestor waits under ARTIM only once it has aborted: nothing is worth more of a person's time then, and a deaf peer closes never. */
const artimTimeoutMs = 1000

function associationTimers(timeoutMs: number | undefined): NonNullable<AssociateTarget['association']> {
  if (timeoutMs === undefined) return { artimTimeoutMs, pduTimeoutMs: 30_000 }
  return {
    associationResponseTimeoutMs: timeoutMs,
    releaseResponseTimeoutMs: timeoutMs,
    artimTimeoutMs: Math.min(timeoutMs, artimTimeoutMs),
    pduTimeoutMs: timeoutMs,
    idleTimeoutMs: Math.max(timeoutMs, 60_000),
  }
}

/** Where somebody listens: an address, or a name of the configuration. @throws CliError */
export function addressOf(text: string, configuration: Configuration): Address {
  const named = configuration.peers.get(text)
  if (named) return parseAddress(named.address)
  if (looksLikeAddress(text)) return parseAddress(text)
  const known = [...configuration.peers.keys()]
  throw usageError(
    `There is no peer "${text}"; write AE@host:port, or ${known.length === 0 ? 'name it in the configuration' : `one of ${known.join(', ')}`}.`,
  )
}

/** What we call ourselves. */
function ourAeTitle(
  args: Arguments,
  configuration: Configuration,
  environment: Surroundings['environment'],
  towardsPeer?: string,
): string {
  const { DCM_AET = '' } = environment
  const usual = DCM_AET === '' ? configuration.aeTitle : DCM_AET
  // PS3.5 6.2: spaces at the ends are not significant.
  const title = (args.text('aet') ?? towardsPeer ?? usual ?? 'DCM').trim()
  if (isAeTitle(title)) return title
  throw usageError(
    `"${title}" cannot be our AE title: it has 1 to 16 printable ASCII characters and no backslash; give another with --aet.`,
  )
}

async function userIdentity(args: Arguments): Promise<AssociateTarget['userIdentity']> {
  const username = args.text('user')
  const file = args.text('passcode-file')
  if (username === undefined) {
    if (file !== undefined) throw usageError('--passcode-file goes with --user NAME.')
    return undefined
  }
  if (file === undefined) return { kind: 'username', username }
  return { kind: 'username', username, passcode: await readFirstLine(file) }
}
