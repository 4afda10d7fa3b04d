import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { readFile } from '../read-file.ts'
import { usageError } from '../usage-error.ts'
import { type Configuration, emptyConfiguration } from './configuration.ts'
import { parseConfiguration } from './parse-configuration.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The file that is named, which has to be there; else the user's own, if there is one. */
export async function readConfiguration(
  named: string | undefined,
  environment: Environment,
): Promise<Configuration> {
  const asked = named ?? (environment.DCM_CONFIG === '' ? undefined : environment.DCM_CONFIG)
  const path = asked === undefined ? usersConfiguration(environment) : resolve(asked)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (asked === undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return emptyConfiguration
    throw usageError(
      `The configuration ${path} cannot be read (${(cause as Error).message}); check the path.`,
    )
  }
  return parseConfiguration(text, path)
}

/** Where the configuration of this user is, there or not. */
function usersConfiguration({ XDG_CONFIG_HOME = '' }: Environment): string {
  return join(XDG_CONFIG_HOME === '' ? join(homedir(), '.config') : XDG_CONFIG_HOME, 'dcm', 'config.json')
}
