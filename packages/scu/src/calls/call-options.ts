/** Bounds of one operation. Times in milliseconds. */
export interface CallOptions {
  /**
   * Stops the operation. C-FIND, C-MOVE and C-GET are cancelled at the peer. Of the others, one whose request is still being sent
   * costs the association, since half a message cannot be taken back; one that only waits for its answer is given up, and the
   * answer dropped. The call rejects with the signal's reason.
   */
  readonly signal?: AbortSignal
  /**
   * How long the peer may be silent while it owes a response; then the association is aborted, as nobody could say what a late
   * response belongs to. Default: the association's `responseTimeoutMs`.
   */
  readonly responseTimeoutMs?: number
  /**
   * The whole operation, waiting for its turn included; then it is stopped as by `signal`, with a TimeoutError `deadline`. Default
   * 86 400 000: a day, since nothing waits forever, not even for a peer that says pending for ever.
   */
  readonly deadlineMs?: number
}

export const defaultDeadlineMs = 86_400_000
