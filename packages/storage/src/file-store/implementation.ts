/** PS3.7 D.3.3.2: identifies this implementation, the same in file metas as in associations. */
export const implementationClassUid = '2.25.313635389432571264904720415862217319843'
/** 1–16 characters. */
export const implementationVersionName = 'DCM_NODE_0'
