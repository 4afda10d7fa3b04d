import { type AssociateRq, DicomApplicationContext, isAeTitle, type Rejection } from '@dcm/pdu'

/**
 * What the service provider refuses before the user is asked (PS3.8 9.2.2, AE-6), in the terms of PS3.8 9.3.4, Table 9-21;
 * always permanent, since the same request will not do later either. Undefined: it is acceptable.
 */
export function judgeRequest(request: AssociateRq): Rejection | undefined {
  // PS3.8 9.3.2: only bit 0 is tested; it says version 1. Protocol version not supported.
  if ((request.protocolVersion & 1) === 0) return { result: 1, source: 2, reason: 2 }
  // PS3.8 7.1.1.2, PS3.7 A.2.1: there is one application context. Application context name not supported.
  if (request.applicationContextName !== DicomApplicationContext) return { result: 1, source: 1, reason: 2 }
  // PS3.8 Table 9-11: sixteen spaces are no AE title, nor is what PS3.5 6.2 forbids. Calling AE title not recognized.
  if (!isAeTitle(request.callingAeTitle)) return { result: 1, source: 1, reason: 3 }
  // Called AE title not recognized.
  if (!isAeTitle(request.calledAeTitle)) return { result: 1, source: 1, reason: 7 }
  return undefined
}
