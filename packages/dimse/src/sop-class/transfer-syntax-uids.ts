import { transferSyntaxes, type Uid } from '@dcm/pdu'

/**
 * Every transfer syntax of PS3.6, retired ones included, in the order of the registry. A receiver that keeps bytes as
 * they are sent has no reason to refuse any of them.
 */
export const transferSyntaxUids: readonly Uid[] = transferSyntaxes().map(({ uid }) => uid)
