import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'

/** Writes the key files of two ends that know each other; each names the other as its peer. */
export async function makeKeyFiles(ends: readonly { path: string; peer: string }[]): Promise<void> {
  const [authentication, traffic] = [randomBytes(32), randomBytes(32)].map((key) => key.toString('hex'))
  for (const { path, peer } of ends) {
    const slot = (key: string | undefined) => [{ peer, index: 1, key, status: 'active' }]
    const keys = { format: 'dcm-iscl-keys/1', authentication: slot(authentication), traffic: slot(traffic) }
    await rm(path, { force: true })
    await writeFile(path, JSON.stringify(keys), { mode: 0o600 })
  }
}
