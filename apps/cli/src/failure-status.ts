import { printable } from '@dcm/association'
import { describeStatus, type StatusContext } from '@dcm/dimse'
import { CliError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'

/** The peer answered, and its answer is no. */
export function failureStatus(
  peer: string,
  service: StatusContext,
  { status, errorComment }: { readonly status: number; readonly errorComment?: string },
): CliError {
  const words = errorComment === undefined ? '' : `, "${printable(errorComment)}"`
  return new CliError(
    exitCodes.notAll,
    'DCM_FAILURE_STATUS',
    `${peer} answered ${describeStatus(status, service)}${words}; correct the request, or ask who runs it.`,
  )
}
