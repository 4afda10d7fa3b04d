import { ExplicitVRLittleEndian, ImplicitVRLittleEndian, type Uid } from '@dcm/pdu'
import type { WantedContext } from './propose-contexts.ts'

/** What decides on the context that an instance needs: its SOP class, and how its data set is encoded. */
export interface InstanceToSend {
  readonly sopClassUid: Uid
  readonly transferSyntaxUid: Uid
}

/**
 * The contexts for sending instances, each as it is: for each SOP class one context per transfer syntax that its instances have,
 * with nothing else in it, since the acceptor picks one transfer syntax per context and might pick another.
 *
 * Behind them stands one with the uncompressed ones, Explicit VR Little Endian first, for what can be re-encoded; it is left out
 * where instances are in Implicit VR Little Endian already, which every acceptor has (PS3.5 10.1).
 */
export function contextsForInstances(instances: Iterable<InstanceToSend>): WantedContext[] {
  const bySopClass = new Map<Uid, Set<Uid>>()
  for (const { sopClassUid, transferSyntaxUid } of instances) {
    const own = bySopClass.get(sopClassUid)
    if (own) own.add(transferSyntaxUid)
    else bySopClass.set(sopClassUid, new Set([transferSyntaxUid]))
  }
  return [...bySopClass].flatMap(([abstractSyntax, own]) => {
    const asTheyAre = [...own].map((transferSyntax) => ({
      abstractSyntax,
      transferSyntaxes: [transferSyntax],
    }))
    if (own.has(ImplicitVRLittleEndian)) return asTheyAre
    const uncompressed = [ExplicitVRLittleEndian, ImplicitVRLittleEndian].filter((syntax) => !own.has(syntax))
    return [...asTheyAre, { abstractSyntax, transferSyntaxes: uncompressed }]
  })
}
