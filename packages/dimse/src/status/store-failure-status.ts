import { statuses } from './statuses.ts'

/** The store is at fault and not the instance: a full, denied, read-only or missing place is somebody's to mend. */
const faultsOfTheStore: ReadonlySet<unknown> = new Set([
  'DCM_STORAGE_FULL',
  'DCM_STORAGE_EXHAUSTED',
  'DCM_STORAGE_DENIED',
  'DCM_STORAGE_CLOSED',
  'DCM_STORAGE_FAILED',
])

/**
 * How a C-STORE is answered whose instance a store did not keep, by the `code` of its error (PS3.4 Table B.2-1): out of resources
 * when trying again later may help; of what is left there, cannot understand.
 */
export function storeFailureStatus(
  error: unknown,
): typeof statuses.RefusedOutOfResources | typeof statuses.CannotUnderstand {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return faultsOfTheStore.has(code) ? statuses.RefusedOutOfResources : statuses.CannotUnderstand
}
