import { iscl, type IsclKeys, readIsclKeyFile } from '@dcm/security-iscl'
import type { SecurityProvider } from '@dcm/transport'
import { usageError } from '../usage-error.ts'
import type { IsclSettings } from './configuration.ts'

/** ISCL as the settings have it, with the key file that they name. @throws CliError; errors of the file system */
export async function isclLayer({ keys, identity, peer }: IsclSettings): Promise<SecurityProvider> {
  if (keys === undefined || identity === undefined) {
    throw usageError(
      'ISCL needs a key file and our identity: give --iscl-keys FILE and --iscl-identity NAME.',
    )
  }
  return iscl({ keys: await keysIn(keys), identity, ...(peer !== undefined && { peer }) })
}

/** The errors of the keys do not name their file. */
async function keysIn(path: string): Promise<IsclKeys> {
  try {
    return await readIsclKeyFile(path)
  } catch (error) {
    const { message, cause } = error as Error
    // The file system's own error tells what to do.
    if (cause) throw cause as Error
    throw usageError(`${path} cannot be used: ${message}.`)
  }
}
