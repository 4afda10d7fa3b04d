import { type ReceivedUid, transferSyntax, type Uid } from '@dcm/pdu'
import type { PreparedSyntax } from './prepared-policy.ts'

/** The transfer syntax that both sides have, by the order's rule; undefined when there is none. */
export function chooseTransferSyntax(
  proposed: readonly ReceivedUid[],
  { transferSyntaxes, transferSyntaxOrder }: PreparedSyntax,
): Uid | undefined {
  // A policy holds nothing but UIDs, so what is in it is one.
  const supported: ReadonlySet<string> = transferSyntaxes
  const isSupported = (syntax: ReceivedUid): syntax is Uid => supported.has(syntax)
  switch (transferSyntaxOrder) {
    case 'requestor':
      return proposed.find(isSupported)
    case 'acceptor': {
      const wanted = new Set<string>(proposed)
      return [...transferSyntaxes].find((syntax) => wanted.has(syntax))
    }
    case 'as-proposed-lossless-first': {
      const common = proposed.filter(isSupported)
      return common.find(keepsEveryPixel) ?? common[0]
    }
  }
}

/** A private transfer syntax promises nothing. */
function keepsEveryPixel(syntax: Uid): boolean {
  const compression = transferSyntax(syntax)?.compression
  return compression === 'none' || compression === 'lossless'
}
