import { printable } from '@dcm/association'
import { describeStatus, type StatusContext } from '@dcm/dimse'
import { CliError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'

/** The peer answered, and its answer is no. It may have missed keys that the request has not. */
export function failureStatus(
  peer: string,
  service: StatusContext | undefined,
  { status, errorComment }: { readonly status: number; readonly errorComment?: string | undefined },
  missingKeys: readonly string[] = [],
): CliError {
  const advice =
    missingKeys.length === 0
      ? 'correct the request, or ask who runs it'
      : `it may want ${missingKeys.join(' and ')} too`
  const words = errorComment === undefined ? '' : `, "${printable(errorComment)}"`
  return new CliError(
    exitCodes.notAll,
    'DCM_FAILURE_STATUS',
    `${peer} answered ${describeStatus(status, service)}${words}; ${advice}.`,
  )
}
