import { isAeTitle } from '@dcm/pdu'
import { usageError } from '../usage-error.ts'

/** Where somebody listens or is to listen, and under which AE title. */
export interface Address {
  readonly aeTitle: string
  /** Without brackets; empty for all addresses of this computer, where something listens. */
  readonly host: string
  readonly port: number
  /** Names of security layers, the one nearest the socket first. */
  readonly security: readonly string[]
}

const shape = /^(?<host>\[[^\]]*\]|[^:[\]@+]*):(?<port>\d+)(?<security>(\+[A-Za-z0-9_.-]+)*)$/

/** Whether a text is meant as an address, not as the name of a peer. */
export function looksLikeAddress(text: string): boolean {
  return text.includes('@') || /:\d+(\+|$)/.test(text)
}

/**
 * `AE@host:port`, `AE@[::1]:port`, `AE@host:port+tls`. An AE title may hold `@`: the last one counts.
 *
 * @throws CliError that shows how an address is written
 */
export function parseAddress(text: string): Address {
  const at = text.lastIndexOf('@')
  const aeTitle = text.slice(0, Math.max(at, 0)).trim()
  const { host, port, security } = shape.exec(text.slice(at + 1))?.groups ?? {}
  if (at < 0) throw refused(text, 'the AE title is missing')
  if (!isAeTitle(aeTitle)) {
    throw refused(text, 'an AE title has 1 to 16 printable ASCII characters and no backslash')
  }
  if (host === undefined || port === undefined) {
    throw refused(
      text,
      (text.slice(at + 1).match(/:/g)?.length ?? 0) > 1
        ? 'an IPv6 address stands in brackets'
        : 'a host and a port follow the @',
    )
  }
  if (Number(port) > 65_535) throw refused(text, 'a port is at most 65535')
  return {
    aeTitle,
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port),
    security: security === undefined || security === '' ? [] : security.slice(1).split('+'),
  }
}

/** As it is written. */
export function formatPeer({ aeTitle, host, port, security }: Address): string {
  const shownHost = host.includes(':') ? `[${host}]` : host
  return `${aeTitle}@${shownHost}:${String(port)}${security.map((name) => `+${name}`).join('')}`
}

function refused(text: string, why: string): Error {
  return usageError(
    `"${text}" is not an address: ${why}. Write AE@host:port, such as ARCHIVE@pacs.example:104, ARCHIVE@[2001:db8::7]:104 or ARCHIVE@pacs.example:2762+tls.`,
  )
}
