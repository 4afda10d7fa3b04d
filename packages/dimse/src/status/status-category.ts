import { statuses } from './statuses.ts'

/** PS3.7 Annex C: what a status means for its operation. Only after `pending` does another response follow. */
export type StatusCategory = 'success' | 'pending' | 'warning' | 'failure' | 'cancel'

/** The category of any code; those that the standard does not know are failures, so that nobody waits for more. */
export function statusCategory(code: number): StatusCategory {
  switch (code) {
    case statuses.Success:
      return 'success'
    case statuses.Pending:
    case statuses.PendingWithWarning:
      return 'pending'
    case statuses.Cancel:
      return 'cancel'
    case statuses.OptionalAttributesNotSupported:
    case statuses.AttributeListError:
    case statuses.AttributeValueOutOfRange:
      return 'warning'
    default:
      return code >= 0xb000 && code <= 0xbfff ? 'warning' : 'failure'
  }
}
