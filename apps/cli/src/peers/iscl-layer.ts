import { iscl, readIsclKeyFile } from '@dcm/security-iscl'
import type { SecurityProvider } from '@dcm/transport'
import { usageError } from '../usage-error.ts'
import type { IsclSettings } from './configuration.ts'

/** ISCL as the settings have it, with the key file that they name. @throws CliError; errors of the file system and of the keys */
export async function isclLayer({ keys, identity, peer }: IsclSettings): Promise<SecurityProvider> {
  if (keys === undefined || identity === undefined) {
    throw usageError(
      'ISCL needs a key file and our identity: give --iscl-keys FILE and --iscl-identity NAME.',
    )
  }
  return iscl({ keys: await readIsclKeyFile(keys), identity, ...(peer !== undefined && { peer }) })
}
