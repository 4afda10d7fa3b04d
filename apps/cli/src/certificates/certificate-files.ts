import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Issued } from './issue.ts'

/** Where a key and its certificate are. */
export interface IssuedPaths {
  readonly key: string
  readonly certificate: string
}

export function pathsOf(folder: string, name: string): IssuedPaths {
  return { key: join(folder, `${name}.key.pem`), certificate: join(folder, `${name}.pem`) }
}

/** Refuses before a key is made in vain. @throws CliError */
export async function mustNotExist({ key, certificate }: IssuedPaths): Promise<void> {
  for (const path of [key, certificate]) {
    if (await exists(path)) throw overwriting(path)
  }
}

/** Writes both or none: the key for its owner only, and nothing that was there before is touched. @throws CliError */
export async function writeIssued(folder: string, paths: IssuedPaths, issued: Issued): Promise<void> {
  // Keys lie here.
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeNew(paths.key, issued.key, 0o600)
  try {
    await writeNew(paths.certificate, issued.certificate, 0o644)
  } catch (error) {
    await rm(paths.key)
    throw error
  }
}

/** @throws CliError that says how a CA is made */
export async function readAuthority(folder: string): Promise<Issued> {
  const { key, certificate } = pathsOf(folder, 'ca')
  try {
    return { key: await readFile(key, 'utf8'), certificate: await readFile(certificate, 'utf8') }
  } catch (cause) {
    throw new CliError(
      exitCodes.localFile,
      'DCM_NO_CA',
      `There is no CA in ${folder} (${(cause as Error).message}); make one first: dcm certs ca --out ${folder}.`,
      { cause },
    )
  }
}

/** Replaces the list as a whole; `path.new` lets one run at a time do it. @throws CliError */
export async function replaceList(path: string, next: () => Promise<string>): Promise<void> {
  const draft = `${path}.new`
  await using file = await open(draft, 'wx', 0o644).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? overwriting(draft) : error
  })
  try {
    await file.writeFile(await next())
    await file.sync()
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** @throws CliError where it is there already */
export async function writeNew(path: string, text: string | Uint8Array, mode: number): Promise<void> {
  try {
    await using file = await open(path, 'wx', mode)
    await file.writeFile(text)
    await file.sync()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw overwriting(path)
    throw error
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}

function overwriting(path: string): CliError {
  return new CliError(
    exitCodes.localFile,
    'DCM_FILE_EXISTS',
    `${path} is there already and is not overwritten; choose another name or folder, or move it away.`,
  )
}
