import { randomBytes } from 'node:crypto'
import { readFirstLine } from '../read-file.ts'
import { usageError } from '../usage-error.ts'

/** Programs differ in how they encode anything but ASCII; at least 8 characters, as NIST SP 800-63B asks. */
const shape = /^[\x20-\x7e]{8,128}$/

/** The first line of a file. @throws CliError */
export async function readBundlePassword(path: string): Promise<string> {
  const password = await readFirstLine(path)
  if (shape.test(password)) return password
  throw usageError(`The first line of ${path} is no password of 8 to 128 printable ASCII characters.`)
}

/** 144 bits, to be copied and not to be remembered. */
export function randomBundlePassword(): string {
  return randomBytes(18).toString('base64url')
}
