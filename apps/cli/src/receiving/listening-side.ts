import { formatAddress, type NetworkAddress, type Transport } from '@dcm/transport'
import type { Arguments } from '../arguments/arguments.ts'
import { explainError } from '../explain-error.ts'
import { type Address, formatPeer, parseAddress } from '../peers/address.ts'
import type { SecuritySettings } from '../peers/configuration.ts'
import { transportWith } from '../peers/security-layers.ts'
import { safeText } from '../terminal/safe-text.ts'
import { usageError } from '../usage-error.ts'
import { everyHost } from './every-host.ts'

/** Where we listen, and how what comes in is secured. */
export interface ListeningSide {
  /** As a user would write it. */
  readonly label: string
  readonly at: NetworkAddress
  readonly transport: Transport
}

/** @param onRefused is told, in words, of who does not get through a security layer. @throws CliError */
export async function listeningSide(
  address: Address,
  layers: readonly SecuritySettings[],
  onRefused: (words: string) => void,
): Promise<ListeningSide> {
  return {
    label: formatPeer(address),
    at: { host: address.host === '' ? everyHost() : address.host, port: address.port },
    transport: await transportWith(layers, 'acceptor', {
      onHandshakeFailure: ({ remote, error }) => {
        onRefused(safeText(`${formatAddress(remote)} was refused: ${error.message}`))
      },
    }),
  }
}

/**
 * What `--listen` says: `11112`, `11112+tls`, `10.0.0.7:11112`, as behind the `@` of an address. The peer has to know the port, so it is
 * never just any. @throws CliError
 */
export function listenOption(args: Arguments): Omit<Address, 'aeTitle'> | undefined {
  const text = args.text('listen')
  if (text === undefined) return undefined
  try {
    const address = parseAddress(`ANY@${/^\d+(\+|$)/.test(text) ? ':' : ''}${text}`)
    if (address.port > 0) return address
  } catch {
    // The sentence about addresses would show one that nobody wrote.
  }
  throw usageError(
    `--listen takes a port from 1 to 65535, with a host before or security behind it as in an address, such as 11112, 11112+tls or 10.0.0.7:11112; not "${text}".`,
  )
}

/** Starts what listens; a failure is told with the address in its words. */
export async function started<T>({ label }: ListeningSide, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    throw explainError(error, label)
  }
}
