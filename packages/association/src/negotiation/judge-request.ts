import { type AssociateRq, DicomApplicationContext, isAeTitle, type Rejection } from '@dcm/pdu'

/**
 * What the service provider refuses before the user is asked (PS3.8 9.2, AE-6). Undefined: it is acceptable.
 */
export function judgeRequest(request: AssociateRq): Rejection | undefined {
  // PS3.8 9.3.2: only bit 0 is tested; it says version 1.
  if ((request.protocolVersion & 1) === 0) return { result: 1, source: 2, reason: 2 }
  // PS3.8 9.3.2.1, PS3.7 A.2.1: there is one application context.
  if (request.applicationContextName !== DicomApplicationContext) return { result: 1, source: 1, reason: 2 }
  // PS3.8 Table 9-11: sixteen spaces are no AE title, nor is what PS3.5 6.2 forbids.
  if (!isAeTitle(request.callingAeTitle)) return { result: 1, source: 1, reason: 3 }
  if (!isAeTitle(request.calledAeTitle)) return { result: 1, source: 1, reason: 7 }
  return undefined
}
