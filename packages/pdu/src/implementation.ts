import { parseUid } from './uid.ts'

/**
 * Identifies this implementation, in associations (PS3.7 D.3.3.2) and in files (PS3.10 7.1). A UUID-derived UID (PS3.5 B.2), so
 * nobody else's.
 */
export const implementationClassUid = parseUid('2.25.313635389432571264904720415862217319843')
/** PS3.7 D.3.3.2.3: 1–16 characters. */
export const implementationVersionName = 'DCM_NODE_0'
