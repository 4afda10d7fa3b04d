import { open } from 'node:fs/promises'
import type { Logger } from 'pino'

/** Keys are often their group's to read, as Debian's ssl-cert has it; nobody's are everybody's. */
const everybodyMay = 0o007

/** Reads a file with a key or a passphrase, and warns where everybody may open it. */
export async function readSecret(path: string, logger: Logger): Promise<Buffer> {
  await using file = await open(path)
  const { mode } = await file.stat()
  // Windows has no such bits.
  if (process.platform !== 'win32' && (mode & everybodyMay) !== 0) {
    const shown = (mode & 0o777).toString(8).padStart(4, '0')
    logger.warn({ path, mode: shown }, 'everybody on this host may open a file with a secret; use 0600')
  }
  return await file.readFile()
}
