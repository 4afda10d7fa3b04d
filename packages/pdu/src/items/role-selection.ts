import type { ReceivedUid } from '../uid.ts'
import type { ByteReader } from '../wire/byte-reader.ts'
import { withLength } from '../wire/byte-writer.ts'
import { encodeItem } from '../wire/item.ts'
import { encodeUid, readUid } from '../wire/text.ts'

/**
 * SCP/SCU role selection sub-item (PS3.7 D.3.3.4). The roles are those of the association requestor, in both directions.
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type 54H |
 * | 1 | 1 | reserved |
 * | 2 | 2 | item-length |
 * | 4 | 2 | UID-length n |
 * | 6 | n | SOP-class-uid |
 * | 6 + n | 1 | SCU-role, 1 = proposed or accepted |
 * | 7 + n | 1 | SCP-role, 1 = proposed or accepted |
 */
export interface RoleSelection {
  readonly sopClassUid: ReceivedUid
  readonly scuRole: boolean
  readonly scpRole: boolean
}

export const roleSelectionItemType = 0x54

export function decodeRoleSelection(content: ByteReader): RoleSelection {
  return {
    sopClassUid: readUid(content, content.uint16('UID-length'), 'SOP-class-uid'),
    scuRole: content.uint8('SCU-role') === 1,
    scpRole: content.uint8('SCP-role') === 1,
  }
}

export function encodeRoleSelection(selection: RoleSelection): Uint8Array {
  return encodeItem(roleSelectionItemType, [
    withLength(encodeUid(selection.sopClassUid, 'sopClassUid'), 'sopClassUid'),
    Uint8Array.of(Number(selection.scuRole), Number(selection.scpRole)),
  ])
}
