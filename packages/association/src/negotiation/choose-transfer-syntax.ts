import { transferSyntax } from '@dcm/pdu'
import type { PreparedSyntax } from './prepared-policy.ts'

/** The transfer syntax that both sides have, by the order's rule; undefined when there is none. */
export function chooseTransferSyntax<Proposed extends string>(
  proposed: readonly Proposed[],
  { transferSyntaxes, transferSyntaxOrder }: PreparedSyntax,
): Proposed | undefined {
  const common = proposed.filter((syntax) => transferSyntaxes.has(syntax))
  switch (transferSyntaxOrder) {
    case 'requestor':
      return common[0]
    case 'acceptor': {
      const wanted = new Map<string, Proposed>(common.map((syntax) => [syntax, syntax]))
      for (const syntax of transferSyntaxes) if (wanted.has(syntax)) return wanted.get(syntax)
      return undefined
    }
    case 'as-proposed-lossless-first':
      return common.find(keepsEveryPixel) ?? common[0]
  }
}

/** A private transfer syntax promises nothing. */
function keepsEveryPixel(syntax: string): boolean {
  const compression = transferSyntax(syntax)?.compression
  return compression === 'none' || compression === 'lossless'
}
