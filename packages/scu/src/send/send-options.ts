import type { AssociateTarget } from '../associate-options.ts'
import type { StoreOptions } from '../services/store.ts'
import type { SendResult } from './send-result.ts'

/** When what failed for the moment is tried again. */
export interface RetryOptions {
  /**
   * Attempts for one instance, and for one association in a row, the first included. Default 5: with the delays below half a
   * minute at most, in which a peer can restart.
   */
  readonly attempts?: number
  /** The longest delay before the second attempt; doubled for each further one. In milliseconds. Default 2000. */
  readonly firstDelayMs?: number
  /** No delay is longer. In milliseconds. Default 60 000. */
  readonly maximumDelayMs?: number
  /**
   * How much of its longest each delay takes, from 0 to 1: senders whom a peer's restart hit together shall not come back together.
   * Default `Math.random`.
   */
  readonly random?: () => number
}

export type SendEvent =
  /** All files were looked at. */
  | {
      readonly type: 'planned'
      readonly files: number
      readonly bytes: number
      readonly associations: number
    }
  /** An association is there. */
  | { readonly type: 'associated'; readonly presentationContexts: number; readonly accepted: number }
  /** So many more bytes of data sets went out; those of instances that are sent again count again. */
  | { readonly type: 'bytes'; readonly bytes: number }
  /** Something failed for the moment, and is tried again after a while. */
  | {
      readonly type: 'retry'
      readonly delayMs: number
      readonly attempt: number
      readonly error?: Error
      readonly status?: number
    }
  | { readonly type: 'result'; readonly result: SendResult }

export interface SendOptions extends AssociateTarget, Omit<StoreOptions, 'moveOriginator'> {
  /** Associations at once. Default 1; peers seldom gain from more than 4, and many limit them. */
  readonly maximumAssociations?: number
  /**
   * A file that each result is appended to, one line of JSON each; instances that it says were stored at the same AE are not sent
   * again. It holds SOP Instance UIDs and paths.
   */
  readonly journal?: string
  readonly retry?: RetryOptions
  /** Progress. Called often; what it throws ends the run. */
  readonly onEvent?: (event: SendEvent) => void
}
