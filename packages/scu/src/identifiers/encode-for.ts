import type { AcceptedPresentationContext, Association } from '@dcm/association'
import { type DicomJson, encodeDataSet, identifier, type KeywordValues } from '@dcm/dataset'
import { contextWith } from '../contexts/choose-context.ts'
import { ContextNotAcceptedError } from '../contexts/context-not-accepted-error.ts'
import type { EncodedDataSet } from './encoded-data-set.ts'

/**
 * The keys of a query, the attributes of a request: by keyword (`{ PatientName: 'DOE*' }`), in the DICOM JSON model, or as bytes in a
 * transfer syntax that the peer has accepted.
 */
export type Identifier = EncodedDataSet | DicomJson | KeywordValues

/**
 * The context that takes the data set, and its bytes there.
 *
 * @throws ContextNotAcceptedError; UsageError for keywords that do not exist and values that cannot be written
 */
export function encodeFor(
  association: Association,
  contexts: readonly [AcceptedPresentationContext, ...AcceptedPresentationContext[]],
  keys: Identifier,
): { readonly context: AcceptedPresentationContext; readonly bytes: Uint8Array } {
  if (!isEncoded(keys)) {
    const [context] = contexts
    const json = isDicomJson(keys) ? keys : identifier(keys)
    return { context, bytes: encodeDataSet(json, { transferSyntaxUid: context.transferSyntax }) }
  }
  const { transferSyntaxUid, bytes } = keys
  const context = contextWith(contexts, [transferSyntaxUid])
  if (context) return { context, bytes }
  throw new ContextNotAcceptedError(association, contexts[0].abstractSyntax, ` in ${transferSyntaxUid}`)
}

function isEncoded(keys: Identifier): keys is EncodedDataSet {
  return (
    'bytes' in Object(keys) && keys.bytes instanceof Uint8Array && typeof keys.transferSyntaxUid === 'string'
  )
}

/** Elements of the model are objects with a VR; no keyword's value is. */
function isDicomJson(keys: DicomJson | KeywordValues): keys is DicomJson {
  const elements: readonly unknown[] = Object.values(Object(keys) as object)
  return elements.every((element) => typeof element === 'object' && element !== null && 'vr' in element)
}
