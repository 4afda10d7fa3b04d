import type { Uid } from '@dcm/association'
import { uidOf } from '@dcm/dimse'

export const echo = { type: 'C-ECHO-RQ', affectedSopClassUid: uidOf('Verification') } as const
export const store = storeOf(uidOf('CTImageStorage'))

/** A C-STORE request of this SOP class. */
export function storeOf(affectedSopClassUid: Uid) {
  return {
    type: 'C-STORE-RQ',
    affectedSopClassUid,
    affectedSopInstanceUid: '2.25.1',
    priority: 'medium',
  } as const
}
