import type { Workload } from '../receive/workloads.ts'
import type { Protocol } from './messages.ts'

/** Whom a load generator is to talk to, and what it is to do there. */
export interface Target {
  readonly port: number
  readonly protocol: Protocol
  readonly workload: Workload
}

/** A load generator: processes of their own, so that the servers alone are measured. */
export interface Load extends Disposable {
  /** Does what the workload has before the clock starts. */
  warmUp(): Promise<void>
  /** Does the measured part, and tells how many seconds it took. @throws Error when an answer is no success */
  run(): Promise<number>
}

export type StartLoad = (target: Target) => Load
