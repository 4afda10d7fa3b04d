import { resolve } from 'node:path'
import type { Arguments } from '../arguments/arguments.ts'
import { securityOptions } from '../arguments/connection-options.ts'
import { usageError } from '../usage-error.ts'
import type { Address } from './address.ts'
import type { Configuration, SecuritySettings } from './configuration.ts'

/** Options of the command line, and the member of the settings that each replaces. */
const overrides = {
  tls: {
    'tls-key': 'key',
    'tls-cert': 'certificate',
    'tls-p12': 'pkcs12',
    'tls-passphrase-file': 'passphraseFile',
    'tls-ca': 'ca',
    'tls-crl': 'crl',
    'tls-name': 'serverName',
    'tls-profile': 'profile',
    'tls-psk': 'preSharedKeys',
    'tls-psk-identity': 'preSharedKeyIdentity',
  },
  iscl: { 'iscl-keys': 'keys', 'iscl-identity': 'identity' },
} as const

const paths: readonly string[] = securityOptions
  .filter(({ completes }) => completes === 'file')
  .map(({ name }) => name)

/**
 * The security layers that an address asks for with `+name`: a profile of the configuration, or `tls` and `iscl` with what the
 * command line says. Options for a layer that neither this address nor the others of the command line have are refused, so that nothing
 * goes out in the clear by mistake.
 */
export function requestedLayers(
  { security }: Secured,
  args: Arguments,
  configuration: Configuration,
  others: readonly Secured[] = [],
): readonly SecuritySettings[] {
  const settings = (name: string): SecuritySettings => {
    const configured = configuration.security.get(name)
    if (configured) return withGiven(configured, args)
    if (name === 'tls' || name === 'iscl') return withGiven({ kind: name }, args)
    const known = [...new Set(['tls', 'iscl', ...configuration.security.keys()])]
    throw usageError(`There is no security profile "${name}"; there are ${known.join(', ')}.`)
  }
  const layers = security.map(settings)
  const all = [...layers, ...others.flatMap((other) => other.security.map(settings))]
  for (const kind of ['tls', 'iscl'] as const) {
    const unused = Object.keys(given(kind, args)).length > 0 && !all.some((layer) => layer.kind === kind)
    if (unused)
      throw usageError(`--${kind}-… options need +${kind} behind the address: AE@host:port+${kind}.`)
  }
  return layers
}

type Secured = Pick<Address, 'security'>

function withGiven<Settings extends SecuritySettings>(settings: Settings, args: Arguments): Settings {
  return { ...settings, ...given(settings.kind, args) }
}

function given(kind: SecuritySettings['kind'], args: Arguments): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(overrides[kind]).flatMap(([option, member]) => {
      const value = args.text(option)
      return value === undefined ? [] : [[member, paths.includes(option) ? resolve(value) : value]]
    }),
  )
}
