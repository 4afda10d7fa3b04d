import { UsageError } from '@dcm/association'
import { statusCategory } from '@dcm/dimse'

/**
 * A status to answer the peer with, as JavaScript gives it: one that cannot be sent would cost the association.
 *
 * @throws UsageError `DCM_ANSWER_TYPE`
 */
export function requireStatus(status: unknown): void {
  const isStatus = Number.isInteger(status) && (status as number) >= 0 && (status as number) <= 0xffff
  if (isStatus && statusCategory(status as number) !== 'pending') return
  const shown = typeof status === 'number' ? String(status) : `of type ${typeof status}`
  throw new UsageError(
    `a last status is ${shown}; allowed is a number from 0 to 65535 that is not pending`,
    'DCM_ANSWER_TYPE',
  )
}
