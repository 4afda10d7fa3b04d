import { createPrivateKey, X509Certificate } from 'node:crypto'
import { access, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { readFile } from '../read-file.ts'
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
  const paths = pathsOf(folder, 'ca')
  let authority: Issued
  try {
    authority = {
      key: await readFile(paths.key, 'utf8'),
      certificate: await readFile(paths.certificate, 'utf8'),
    }
  } catch (cause) {
    throw new CliError(
      exitCodes.localFile,
      'DCM_NO_CA',
      `There is no CA in ${folder} (${(cause as Error).message}); make one first: dcm certs ca --out ${folder}.`,
      { cause },
    )
  }
  if (belongTogether(authority)) return authority
  throw new CliError(
    exitCodes.localFile,
    'DCM_NO_CA',
    `${paths.certificate} and ${paths.key} are no certificate and its key; get them from where they were whole.`,
  )
}

function belongTogether({ key, certificate }: Issued): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

/** Replaces the list as a whole; `path.new` lets one run at a time do it. @throws CliError */
export async function replaceList(path: string, next: () => Promise<string>): Promise<void> {
  const draft = `${path}.new`
  await using file = await open(draft, 'wx', 0o644).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? overwriting(draft) : error
  })
  try {
    const list = await next()
    await written(draft, file, list)
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** Whole or not at all. @throws CliError where it is there already */
export async function writeNew(path: string, text: string | Uint8Array, mode: number): Promise<void> {
  await using file = await open(path, 'wx', mode).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? overwriting(path) : error
  })
  try {
    await written(path, file, text)
  } catch (error) {
    // Cut as it is, it would be in the way of the next try.
    await rm(path, { force: true })
    throw error
  }
}

/** @throws the error of the system, which does not name the file of a write itself */
async function written(path: string, file: FileHandle, text: string | Uint8Array): Promise<void> {
  try {
    await file.writeFile(text)
    await file.sync()
  } catch (error) {
    throw Object.assign(error as Error, { path })
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
