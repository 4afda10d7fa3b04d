import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { explainFileError } from '../explain-file-error.ts'

/** Why this computer did not keep an object, if it is about a file: below this folder, where the system does not say which. */
export function unkept(error: unknown, folder: string): CliError | undefined {
  const sentence = explainFileError(error, folder)
  if (sentence === undefined) return undefined
  const { code } = error as { readonly code?: unknown }
  return new CliError(exitCodes.localFile, typeof code === 'string' ? code : 'DCM_STORAGE_FAILED', sentence, {
    cause: error,
  })
}
