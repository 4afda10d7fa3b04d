import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A key for authentication and one for traffic, in hex. */
export function isclKeys(): readonly string[] {
  return [randomBytes(32), randomBytes(32)].map((key) => key.toString('hex'))
}

/** Writes a key file for what is spoken with this peer. */
export async function isclKeyFile(
  path: string,
  peer: string,
  [authentication = '', traffic = '']: readonly string[],
): Promise<string> {
  const ring = (key: string) => [{ peer, index: 1, key, status: 'active' }]
  const rings = { format: 'dcm-iscl-keys/1', authentication: ring(authentication), traffic: ring(traffic) }
  await writeFile(path, JSON.stringify(rings), { mode: 0o600 })
  return path
}

/** Of two who share their keys: a file for each, in this folder. */
export async function isclPair(folder: string, one: string, other: string): Promise<[string, string]> {
  const keys = isclKeys()
  return [
    await isclKeyFile(join(folder, one), other, keys),
    await isclKeyFile(join(folder, other), one, keys),
  ]
}
