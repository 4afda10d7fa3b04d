import { type DicomJson, encodeDataSet } from '@dcm/dataset'
import { uidOf } from '@dcm/pdu'
import type { EncodedDataSet, ScuAssociation } from '@dcm/scu'

/** A data set as the peer takes it for a SOP class. */
export function encodedFor(
  { association }: ScuAssociation,
  abstractSyntax: string,
  dataSet: DicomJson,
): EncodedDataSet {
  const context = [...association.facts.contexts.values()].find(
    (each) => each.abstractSyntax === abstractSyntax,
  )
  // Without a context the operation says so itself.
  const transferSyntaxUid = context?.transferSyntax ?? uidOf('ImplicitVRLittleEndian')
  return { transferSyntaxUid, bytes: encodeDataSet(dataSet, { transferSyntaxUid }) }
}
