import { type FileHandle, open } from 'node:fs/promises'
import { IsclConfigurationError } from '../iscl-configuration-error.ts'
import type { IsclKeys } from './iscl-keys.ts'
import { parseIsclKeyFile } from './parse-key-file.ts'

/** Some 10,000 slots. */
const MAX_KEY_FILE_BYTES = 2 * 1024 * 1024

const OTHERS_MAY = 0o077

export interface ReadKeyFileOptions {
  /** Told when others than the owner may open the file. Default: `process.emitWarning`. */
  readonly onWarning?: (message: string) => void
}

/**
 * Reads a key file.
 *
 * @throws IsclConfigurationError when the file cannot be read or is not a sound key file
 */
export async function readIsclKeyFile(path: string, options: ReadKeyFileOptions = {}): Promise<IsclKeys> {
  const file = await openForReading(path)
  try {
    const { size, mode } = await requireRegular(file)
    if (size > MAX_KEY_FILE_BYTES) {
      throw new IsclConfigurationError(
        `the key file has ${String(size)} octets; ${String(MAX_KEY_FILE_BYTES)} allowed`,
      )
    }
    // Windows has no such bits: there the file's access list is the administrator's matter.
    if (process.platform !== 'win32' && (mode & OTHERS_MAY) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0')
      const warn = options.onWarning ?? defaultWarning
      warn(`the ISCL key file has mode ${shown}: others than its owner may open it; use 0600`)
    }
    return parseIsclKeyFile(await file.readFile('utf8'))
  } finally {
    await file.close()
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    throw new IsclConfigurationError('the key file cannot be opened', { cause })
  }
}

async function requireRegular(file: FileHandle) {
  const status = await file.stat()
  if (!status.isFile()) throw new IsclConfigurationError('the key file is not a regular file')
  return status
}

function defaultWarning(message: string): void {
  process.emitWarning(message, { code: 'DCM_ISCL_KEY_FILE_MODE' })
}
