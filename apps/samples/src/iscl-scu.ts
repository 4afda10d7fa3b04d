// Sends files to `iscl-scp`.
import { associate, openPart10 } from '@dcm/scu'
import { iscl, readIsclKeyFile } from '@dcm/security-iscl'
import { type NetworkAddress, secured } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'

/** Resolves with the DIMSE status of each file. */
export async function isclScu(
  to: NetworkAddress,
  identity: string,
  keyFile: string,
  paths: readonly string[],
): Promise<number[]> {
  const keys = await readIsclKeyFile(keyFile)
  const files = await Promise.all(paths.map((path) => openPart10(path)))
  try {
    await using association = await associate({
      to,
      transport: secured(tcp(), { providers: [iscl({ identity, keys, peer: 'ISCL_SCP' })] }),
      callingAeTitle: identity,
      calledAeTitle: 'ISCL_SCP',
      instances: files,
    })
    const statuses: number[] = []
    for (const file of files) statuses.push((await association.store(file)).status)
    return statuses
  } finally {
    for (const file of files) await file.close()
  }
}
