import type { OptionValues } from './option-values.ts'
import { SettingsError } from './settings-error.ts'

export interface IsclSettings {
  readonly port: number
  readonly keyFile: string
  readonly identity: string
}

const names = ['iscl-keys', 'iscl-identity', 'iscl-port'] as const

/** Undefined when nothing of ISCL was said. @throws SettingsError */
export function isclSettings(values: OptionValues): IsclSettings | undefined {
  const said = names.find((name) => values.text(name) !== undefined)
  if (said === undefined) return undefined
  const keyFile = values.text('iscl-keys')
  const identity = values.text('iscl-identity')
  if (keyFile === undefined) throw new SettingsError(`--${said} needs --iscl-keys FILE`)
  if (identity === undefined) throw new SettingsError(`--${said} needs --iscl-identity NAME`)
  return { port: values.port('iscl-port', 2761), keyFile, identity }
}
