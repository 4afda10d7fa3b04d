import { dirname, isAbsolute, resolve } from 'node:path'
import { usageError } from '../usage-error.ts'
import type { Configuration, NamedPeer, SecuritySettings } from './configuration.ts'

type Fields = Readonly<Record<string, unknown>>

const securityMembers = {
  tls: {
    texts: ['profile', 'clientAuthentication', 'serverName', 'pinnedFingerprint', 'preSharedKeyIdentity'],
    paths: ['key', 'certificate', 'pkcs12', 'passphraseFile', 'ca', 'crl', 'preSharedKeys'],
  },
  iscl: { texts: ['identity', 'peer'], paths: ['keys'] },
} as const

/** Reads the text of a configuration file. @throws CliError that names the member at fault */
export function parseConfiguration(text: string, path: string): Configuration {
  const reader = new Reader(path)
  const top = reader.object('', parsed(text, path), ['aeTitle', 'peers', 'security'])
  const aeTitle = reader.text('aeTitle', top.aeTitle)
  return {
    ...(aeTitle !== undefined && { aeTitle }),
    peers: reader.map('peers', top.peers, (at, value) => namedPeer(reader, at, value)),
    security: reader.map('security', top.security, (at, value) => securitySettings(reader, at, value)),
  }
}

function parsed(text: string, path: string): unknown {
  try {
    // RFC 8259 8.1: some editors begin a file with a byte order mark.
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (cause) {
    throw usageError(
      `${path} is not JSON (${(cause as Error).message}); correct it, or name another with --config.`,
    )
  }
}

function namedPeer(reader: Reader, at: string, value: unknown): NamedPeer {
  if (typeof value === 'string') return { address: value }
  const fields = reader.object(at, value, ['address', 'aeTitle'])
  const address = reader.text(`${at}.address`, fields.address)
  const aeTitle = reader.text(`${at}.aeTitle`, fields.aeTitle)
  if (address === undefined) throw reader.fault(at, 'has no address')
  return { address, ...(aeTitle !== undefined && { aeTitle }) }
}

function securitySettings(reader: Reader, at: string, value: unknown): SecuritySettings {
  // The profiles named after a layer need not repeat it.
  const name = at.slice(at.indexOf('.') + 1)
  const named = name === 'tls' || name === 'iscl' ? name : undefined
  const kind = reader.text(`${at}.kind`, reader.object(at, value).kind) ?? named
  if (kind !== 'tls' && kind !== 'iscl') throw reader.fault(at, 'needs "kind": "tls" or "iscl"')
  const { texts, paths } = securityMembers[kind]
  const fields = reader.object(at, value, ['kind', ...texts, ...paths])
  const members = [
    ...texts.map((member) => [member, reader.text(`${at}.${member}`, fields[member])] as const),
    ...paths.map((member) => [member, reader.path(`${at}.${member}`, fields[member])] as const),
  ].filter(([, member]) => member !== undefined)
  return { ...Object.fromEntries(members), kind }
}

/** Reads members of a kind, and says which one is wrong. */
class Reader {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  fault(at: string, what: string): Error {
    return usageError(`In ${this.#path}, ${at === '' ? 'the whole' : at} ${what}.`)
  }

  object(at: string, value: unknown, known?: readonly string[]): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.fault(at, 'is not an object')
    }
    const stranger = known && Object.keys(value).find((member) => !known.includes(member))
    if (stranger !== undefined) {
      throw this.fault(at, `has the unknown member "${stranger}"; known are ${known?.join(', ') ?? ''}`)
    }
    return value as Fields
  }

  text(at: string, value: unknown): string | undefined {
    if (value === undefined || typeof value === 'string') return value
    throw this.fault(at, 'is not a text')
  }

  path(at: string, value: unknown): string | undefined {
    const text = this.text(at, value)
    return text === undefined || isAbsolute(text) ? text : resolve(dirname(this.#path), text)
  }

  map<T>(at: string, value: unknown, read: (at: string, value: unknown) => T): ReadonlyMap<string, T> {
    const fields = value === undefined ? {} : this.object(at, value)
    return new Map(Object.entries(fields).map(([name, member]) => [name, read(`${at}.${name}`, member)]))
  }
}
