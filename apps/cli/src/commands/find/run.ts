import { decodeDataSet } from '@dcm/dataset'
import { statusCategory } from '@dcm/dimse'
import type { Arguments } from '../../arguments/arguments.ts'
import { type ExitCode, exitCodes } from '../../exit-codes.ts'
import { failureStatus } from '../../failure-status.ts'
import { called } from '../../peers/called.ts'
import { peerFor } from '../../peers/peer.ts'
import { defaultKeys } from '../../queries/default-keys.ts'
import { csvPrinter, jsonPrinter, type MatchPrinter, tablePrinter } from '../../queries/match-printer.ts'
import { missingUniqueKeys } from '../../queries/missing-unique-keys.ts'
import { identifierOf, parseKey, type QueryKey, withDefaults } from '../../queries/query-keys.ts'
import { scopeOf } from '../../queries/scope.ts'
import { counted } from '../../terminal/amounts.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { usageError } from '../../usage-error.ts'
import type { Surroundings } from '../command.ts'

export async function run(args: Arguments, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, signal } = surroundings
  const [who, ...given] = args.positionals
  const scope = scopeOf(args)
  const defaults = args.flag('only') ? [] : defaultKeys(scope)
  const keys = withDefaults(given.map(parseKey), defaults)
  if (args.flag('csv') && terminal.json) throw usageError('--csv and --json exclude each other.')
  const limit = args.wholeNumber('limit', 1, Number.MAX_SAFE_INTEGER) ?? Infinity
  const dataSet = identifierOf(keys, scope)
  const peer = await peerFor(who, args, surroundings)
  const abstractSyntax = scope.model.find
  return called(peer, { contexts: [{ abstractSyntax }] }, args, surroundings, async (association) => {
    const query = association.find(scope.model, dataSet, { signal })
    const printer = printerFor(args, keys, terminal)
    let matches = 0
    try {
      for await (const { transferSyntaxUid, bytes } of query) {
        await printer.match(decodeDataSet(bytes, { transferSyntaxUid }))
        if (++matches >= limit) break
      }
    } finally {
      // What came before it broke, or was stopped, is worth printing.
      await printer.end()
    }
    signal.throwIfAborted()
    const { status, errorComment } = await query.final()
    const category = statusCategory(status)
    const isRefusal = category === 'failure' || (category === 'cancel' && matches < limit)
    if (terminal.json) await terminal.object({ type: 'result', status, matches, errorComment })
    // Of a query that was refused nobody knows whether there are none.
    else if (matches > 0 || !isRefusal)
      terminal.note(
        terminal.errorStyle.faint(matches === 0 ? 'No matches.' : counted(matches, 'match', 'matches')),
      )
    if (isRefusal) {
      throw failureStatus(
        peer.label,
        'C-FIND',
        { status, errorComment },
        missingUniqueKeys(scope, keys, { own: false }),
      )
    }
    return exitCodes.success
  })
}

function printerFor(args: Arguments, keys: readonly QueryKey[], terminal: Terminal): MatchPrinter {
  if (terminal.json) return jsonPrinter(terminal)
  return args.flag('csv') ? csvPrinter(keys, terminal) : tablePrinter(keys, terminal)
}
