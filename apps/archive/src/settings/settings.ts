import { networkInterfaces } from 'node:os'
import { parseAeTitle } from '@dcm/association'
import { type IsclSettings, isclSettings } from './iscl-settings.ts'
import { OptionValues } from './option-values.ts'
import { SettingsError } from './settings-error.ts'
import { type TlsSettings, tlsSettings } from './tls-settings.ts'

/** Of pino; the first is the default. */
const logLevels = ['info', 'trace', 'debug', 'warn', 'error', 'fatal', 'silent'] as const

/** What the command line and the environment can say. */
export interface Settings {
  readonly host: string
  /** Undefined: no plain port. */
  readonly port: number | undefined
  readonly tls: TlsSettings | undefined
  readonly iscl: IsclSettings | undefined
  readonly aet: string
  readonly store: string
  readonly durability: 'fsync' | 'os'
  readonly artimTimeoutMs: number
  readonly maxAssociations: number
  readonly checkCalledAet: boolean
  readonly acceptUnknownSopClasses: boolean
  readonly logLevel: (typeof logLevels)[number]
}

/** Settings from arguments and environment; undefined when help was asked for. @throws SettingsError, UsageError for an AE title that is none */
export function readSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Settings | undefined {
  const values = new OptionValues(args, environment)
  if (args.some((arg) => arg === '--help' || arg === '-h')) return undefined
  const settings = {
    host: values.text('host') ?? everyAddress(),
    port: values.flag('no-plain') ? undefined : values.port('port', 11_112),
    tls: tlsSettings(values),
    iscl: isclSettings(values),
    aet: parseAeTitle(values.text('aet') ?? 'ARCHIVE'),
    store: values.text('store') ?? 'archive-data',
    durability: values.oneOf('durability', ['fsync', 'os']),
    artimTimeoutMs: values.seconds('artim-timeout', 30),
    maxAssociations: values.wholeNumber('max-associations', 100, 1, 100_000),
    checkCalledAet: values.flag('check-called-aet'),
    acceptUnknownSopClasses: values.flag('accept-unknown-sop-classes'),
    logLevel: values.oneOf('log-level', logLevels),
  }
  if (settings.port === undefined && !settings.tls && !settings.iscl)
    throw new SettingsError('--no-plain leaves no port; give the options of TLS or ISCL')
  return settings
}

/** A host without IPv6 refuses to listen on `::`. */
function everyAddress(): string {
  const ipv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6'))
  return ipv6 ? '::' : '0.0.0.0'
}
