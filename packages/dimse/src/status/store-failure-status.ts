import { statuses } from './statuses.ts'

/**
 * How a C-STORE is answered whose instance a store did not keep, by the `code` of its error (PS3.4 Table B.2-1): out of resources
 * when trying again later may help; of what is left there, cannot understand.
 */
export function storeFailureStatus(error: unknown): number {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return code === 'DCM_STORAGE_FULL' || code === 'DCM_STORAGE_EXHAUSTED'
    ? statuses.RefusedOutOfResources
    : statuses.CannotUnderstand
}
