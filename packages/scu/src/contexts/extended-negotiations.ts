import { type AssociationRequest, parseUid, UsageError } from '@dcm/association'
import type { ContextToPropose } from '../associate-options.ts'

/**
 * The 56H and 57H sub-items that contexts ask for: one of each for a SOP class (PS3.7 D.3.3.5, D.3.3.6), the first that is said for it.
 *
 * @throws UsageError for what is no UID
 */
export function extendedNegotiationsOf(
  contexts: readonly ContextToPropose[] = [],
): Pick<
  NonNullable<AssociationRequest['userInformation']>,
  'extendedNegotiations' | 'commonExtendedNegotiations'
> {
  return {
    extendedNegotiations: firstOf(contexts, ({ extendedNegotiation }) => extendedNegotiation).map(
      ([sopClassUid, information]) => ({
        sopClassUid: parseUid(sopClassUid),
        serviceClassApplicationInformation: bytes(information),
      }),
    ),
    commonExtendedNegotiations: firstOf(
      contexts,
      ({ commonExtendedNegotiation }) => commonExtendedNegotiation,
    ).map(([sopClassUid, { serviceClassUid, relatedGeneralSopClassUids = [] }]) => ({
      sopClassUid: parseUid(sopClassUid),
      serviceClassUid: parseUid(serviceClassUid),
      relatedGeneralSopClassUids: relatedGeneralSopClassUids.map(parseUid),
    })),
  }
}

/** From JavaScript: text, or what the bytes are made of. */
function bytes(information: Uint8Array): Uint8Array {
  if ((information as unknown) instanceof Uint8Array) return information
  throw new UsageError('the extendedNegotiation of a context is no Uint8Array', 'DCM_OPTION')
}

function firstOf<T>(
  contexts: readonly ContextToPropose[],
  said: (context: ContextToPropose) => T | undefined,
): [abstractSyntax: string, T][] {
  const first = new Map<string, T>()
  for (const context of contexts) {
    const value = said(context)
    if (value !== undefined && !first.has(context.abstractSyntax)) first.set(context.abstractSyntax, value)
  }
  return [...first]
}
