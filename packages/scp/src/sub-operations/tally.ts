import { type CommandOf, type OutgoingDataSet, statuses } from '@dcm/dimse'
import type { Answer } from '../service-operation.ts'

/** How one C-STORE sub-operation ended (PS3.4 C.4.2.1.6 to C.4.2.1.9). */
export type SubOperationOutcome = 'completed' | 'failed' | 'warning'

/** A C-MOVE-RSP or C-GET-RSP: they have the same fields. */
export type RetrieveAnswer = Answer<CommandOf<'C-MOVE-RQ'>> & Answer<CommandOf<'C-GET-RQ'>>

/** Counts sub-operations. What was counted never changes, so remaining, completed, failed and warning add up to the total. */
export class Tally {
  readonly total: number
  readonly #counts = { completed: 0, failed: 0, warning: 0 }
  readonly #failedInstances: string[] = []

  constructor(total: number) {
    this.total = total
  }

  get remaining(): number {
    const { completed, failed, warning } = this.#counts
    return this.total - completed - failed - warning
  }

  get counts(): Readonly<Record<SubOperationOutcome, number>> {
    return this.#counts
  }

  record(sopInstanceUid: string, outcome: SubOperationOutcome): void {
    this.#counts[outcome]++
    if (outcome === 'failed') this.#failedInstances.push(sopInstanceUid)
  }

  pending(): RetrieveAnswer {
    return {
      status: statuses.Pending,
      numberOfRemainingSuboperations: this.remaining,
      ...this.#ended(),
    }
  }

  /** The last response; `encode` writes the identifier with the instances that failed (PS3.4 C.4.2.1.4.2, C.4.3.1.3.2). */
  final(cancelled: boolean, encode: (failedInstances: readonly string[]) => OutgoingDataSet): RetrieveAnswer {
    const cancelledEarly = cancelled && this.remaining > 0
    return {
      status: cancelledEarly ? statuses.Cancel : this.#status(),
      // PS3.4 C.4.2.1.6: of last responses, only a cancelled one may say what remains.
      ...(cancelledEarly && { numberOfRemainingSuboperations: this.remaining }),
      ...this.#ended(),
      ...(this.#failedInstances.length > 0 && { dataSet: encode(this.#failedInstances) }),
    }
  }

  /** PS3.4 C.4.2.2.1, C.4.3.2.1: a failure when nothing succeeded, a warning when something did not. */
  #status(): RetrieveAnswer['status'] {
    const { completed, failed, warning } = this.#counts
    if (failed > 0 && completed + warning === 0) return statuses.UnableToPerformSuboperations
    return failed + warning > 0 ? statuses.SuboperationsCompleteWithFailures : statuses.Success
  }

  #ended() {
    const { completed, failed, warning } = this.#counts
    return {
      numberOfCompletedSuboperations: completed,
      numberOfFailedSuboperations: failed,
      numberOfWarningSuboperations: warning,
    }
  }
}
