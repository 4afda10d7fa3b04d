import { networkInterfaces } from 'node:os'
import { parseArgs } from 'node:util'

/** What the command line and the environment can say. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly aet: string
  readonly store: string
  readonly durability: 'fsync' | 'os'
  readonly artimTimeoutMs: number
  readonly maxAssociations: number
  readonly checkCalledAet: boolean
  readonly acceptUnknownSopClasses: boolean
}

/** The command line is wrong: one sentence for its user. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

export const help = `Usage: dcm-archive [options]

Receives DICOM objects (C-STORE) and keeps them as files; answers C-ECHO.

  --host HOST                    address to listen on           (default all, IPv6 and IPv4)
  --port PORT                    TCP port, 0 for any free one   (default 11112)
  --aet TITLE                    our AE title                   (default ARCHIVE)
  --store DIR                    folder for what is received    (default archive-data)
  --durability fsync|os          when an object counts as kept: on the disk, or
                                 handed to the operating system (default fsync)
  --artim-timeout SECONDS        wait for a request or a close  (default 30)
  --max-associations N           associations at once           (default 100)
  --check-called-aet             refuse other called AE titles
  --accept-unknown-sop-classes   keep private and unknown SOP classes too
  --help

Each option can come from the environment: --max-associations is DCM_MAX_ASSOCIATIONS,
and so on; flags take 1 or true. The command line wins.

SIGTERM or SIGINT: accept no more, finish what runs, exit 0. A second one: stop at once.
`

const options = {
  host: { type: 'string' },
  port: { type: 'string' },
  aet: { type: 'string' },
  store: { type: 'string' },
  durability: { type: 'string' },
  'artim-timeout': { type: 'string' },
  'max-associations': { type: 'string' },
  'check-called-aet': { type: 'boolean' },
  'accept-unknown-sop-classes': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Settings from arguments and environment; undefined when help was asked for. @throws SettingsError */
export function readSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Settings | undefined {
  const values = parse(args)
  if (values.help) return undefined
  const text = (name: Exclude<keyof typeof values, 'help'>, fallback: string): string => {
    const value = values[name] ?? environment[`DCM_${name.toUpperCase().replaceAll('-', '_')}`]
    return value === undefined || value === '' ? fallback : String(value)
  }
  const flag = (name: 'check-called-aet' | 'accept-unknown-sop-classes'): boolean =>
    ['1', 'true'].includes(text(name, 'false'))
  return {
    host: text('host', everyAddress()),
    port: wholeNumber('port', text('port', '11112'), 0, 65_535),
    aet: text('aet', 'ARCHIVE'),
    store: text('store', 'archive-data'),
    durability: durability(text('durability', 'fsync')),
    artimTimeoutMs: seconds('artim-timeout', text('artim-timeout', '30')),
    maxAssociations: wholeNumber('max-associations', text('max-associations', '100'), 1, 100_000),
    checkCalledAet: flag('check-called-aet'),
    acceptUnknownSopClasses: flag('accept-unknown-sop-classes'),
  }
}

/** A host without IPv6 refuses to listen on `::`. */
function everyAddress(): string {
  const ipv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6'))
  return ipv6 ? '::' : '0.0.0.0'
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new SettingsError((error as Error).message)
  }
}

function wholeNumber(name: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value
  throw new SettingsError(
    `--${name} ${text} is not a whole number from ${String(minimum)} to ${String(maximum)}`,
  )
}

function seconds(name: string, text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 86_400) return Math.max(1, Math.round(value * 1000))
  throw new SettingsError(`--${name} ${text} is not a number of seconds above 0 and up to 86400`)
}

function durability(text: string): 'fsync' | 'os' {
  if (text === 'fsync' || text === 'os') return text
  throw new SettingsError(`--durability ${text} is neither fsync nor os`)
}
