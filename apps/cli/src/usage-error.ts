import { CliError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'

/** The command line or the configuration is wrong. */
export function usageError(message: string): CliError {
  return new CliError(exitCodes.usage, 'DCM_USAGE', message)
}
