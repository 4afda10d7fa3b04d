import { printable } from '@dcm/association'
import { describeStatus, statuses } from '@dcm/dimse'
import { uidOf } from '@dcm/pdu'
import { systemClock } from '@dcm/transport'
import type { Arguments } from '../../arguments/arguments.ts'
import { type ExitCode, exitCodes } from '../../exit-codes.ts'
import { answered, called } from '../../peers/called.ts'
import { peerFor } from '../../peers/peer.ts'
import { usageError } from '../../usage-error.ts'
import type { Surroundings } from '../command.ts'

export async function run(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings
  if (args.positionals.length > 1) throw usageError('dcm echo takes one peer.')
  const count = args.wholeNumber('count', 1, 1_000_000) ?? 1
  const peer = await peerFor(args.positionals[0], args, surroundings)
  const contexts = [{ abstractSyntax: uidOf('Verification') }]
  return called(peer, { contexts }, args, surroundings, async (association, { connectMs }) => {
    const times: number[] = []
    let failed = 0
    for (let asked = 0; asked < count; asked++) {
      const started = systemClock.now()
      const { status } = await answered(
        association.echo({ signal: surroundings.signal }),
        association,
        surroundings,
      )
      const milliseconds = rounded(systemClock.now() - started)
      times.push(milliseconds)
      if (status !== statuses.Success) failed++
      if (terminal.json) await terminal.object({ type: 'echo', peer: peer.label, status, milliseconds })
      else if (count > 1 && count <= 20)
        await terminal.line(
          `${String(milliseconds)} ms${status === statuses.Success ? '' : `  ${describeStatus(status)}`}`,
        )
      else if (status !== statuses.Success) await terminal.line(describeStatus(status))
    }
    const { userInformation } = association.association.facts.answer
    const { implementationVersionName, implementationClassUid } = userInformation
    const implementation = printable(
      implementationVersionName ?? implementationClassUid ?? 'unknown software',
    )
    if (!terminal.json) {
      await terminal.line(
        `${terminal.style.mark(failed === 0)} ${terminal.style.strong(peer.label)} ${failed === 0 ? 'answers' : 'fails'}` +
          terminal.style.faint(
            `  ${implementation}, connected in ${String(rounded(connectMs))} ms, ${summaryOf(times)}`,
          ),
      )
    }
    return failed === 0 ? exitCodes.success : exitCodes.notAll
  })
}

function summaryOf(times: readonly number[]): string {
  if (times.length === 1) return `C-ECHO ${String(times[0])} ms`
  const mean = rounded(times.reduce((sum, time) => sum + time, 0) / times.length)
  return `${String(times.length)} C-ECHO: fastest ${String(Math.min(...times))}, mean ${String(mean)}, slowest ${String(Math.max(...times))} ms`
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}
