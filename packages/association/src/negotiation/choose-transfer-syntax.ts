import { transferSyntax } from '@dcm/pdu'
import type { TransferSyntaxOrder } from './acceptor-policy.ts'

/** The transfer syntax both sides have, by the order's rule; undefined when there is none. */
export function chooseTransferSyntax<Proposed extends string>(
  proposed: readonly Proposed[],
  supported: readonly string[],
  order: TransferSyntaxOrder,
): Proposed | undefined {
  if (order === 'acceptor') {
    for (const candidate of supported) {
      const match = proposed.find((syntax) => syntax === candidate)
      if (match !== undefined) return match
    }
    return undefined
  }
  const common = proposed.filter((syntax) => supported.includes(syntax))
  if (order === 'requestor') return common[0]
  return common.find((syntax) => transferSyntax(syntax)?.compression !== 'lossy') ?? common[0]
}
