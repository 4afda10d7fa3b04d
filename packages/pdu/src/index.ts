export type * from './contract.ts'
export type { Uid } from './uid.ts'
