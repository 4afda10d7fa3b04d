import { statuses } from '@dcm/dimse'
import type { ServiceOperation } from '../service-operation.ts'
import { StatusError } from '../status-error.ts'

/**
 * Runs what a service's user wrote, as a refusal where it fails.
 *
 * @throws StatusError: its own, or C000H for anything else that it throws; the signal's reason
 */
export async function askHandler<T>(
  { signal }: Pick<ServiceOperation, 'signal'>,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof StatusError || signal.aborted) throw error
    throw new StatusError(statuses.UnableToProcess, { cause: error })
  }
}
