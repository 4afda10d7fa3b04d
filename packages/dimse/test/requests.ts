import { ctImageStorage, verification } from './associated-channels.ts'

export const echo = { type: 'C-ECHO-RQ', affectedSopClassUid: verification } as const
export const find = { type: 'C-FIND-RQ', affectedSopClassUid: verification, priority: 'medium' } as const
export const store = {
  type: 'C-STORE-RQ',
  affectedSopClassUid: ctImageStorage,
  affectedSopInstanceUid: '2.25.1',
  priority: 'medium',
} as const
