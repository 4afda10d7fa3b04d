import { resolve } from 'node:path'
import { formatAddress } from '@dcm/transport'
import type { Arguments } from '../../arguments/arguments.ts'
import type { CliError } from '../../cli-error.ts'
import { type ExitCode, exitCodes } from '../../exit-codes.ts'
import { addressOf } from '../../peers/peer.ts'
import { readConfiguration } from '../../peers/read-configuration.ts'
import { requestedLayers } from '../../peers/requested-layers.ts'
import { listeningSide, started } from '../../receiving/listening-side.ts'
import { type Receiver, startReceiver } from '../../receiving/receiver.ts'
import { Reception } from '../../receiving/reception.ts'
import { tuneGarbageCollection } from '../../receiving/tune-garbage-collection.ts'
import { counted, megabytes } from '../../terminal/amounts.ts'
import { usageError } from '../../usage-error.ts'
import type { Surroundings } from '../command.ts'

export async function run(
  args: Arguments,
  { terminal, environment, signal }: Surroundings,
): Promise<ExitCode> {
  const [where, ...others] = args.positionals
  if (where === undefined || others.length > 0)
    throw usageError('dcm listen takes one address: AE@[HOST]:PORT.')
  const configuration = await readConfiguration(args.text('config'), environment)
  const address = addressOf(where, configuration)
  const side = await listeningSide(address, requestedLayers(address, args, configuration), (words) => {
    terminal.note(words)
  })
  const directory = resolve(args.text('out') ?? 'received')
  const maximumObjects = args.wholeNumber('max', 1, Number.MAX_SAFE_INTEGER)
  tuneGarbageCollection()
  const reception = new Reception(terminal, { eachObject: args.flag('verbose'), directory })
  const enough = Promise.withResolvers<undefined>()
  const receiver = await started(side, () =>
    startReceiver({
      ...side,
      aeTitle: address.aeTitle,
      directory,
      durability: args.text('durability') === 'os' ? 'os' : 'fsync',
      checkCalledAeTitle: args.flag('check-called-aet'),
      logger: reception.logger,
      onKept: async (object, peer) => {
        await reception.kept(object, peer)
        if (reception.objects === maximumObjects) enough.resolve(undefined)
      },
      onAssociationEnded: (association) => {
        reception.ended(association)
      },
    }),
  )
  await announce(receiver, address.aeTitle, directory)
  await Promise.race([enough.promise, interrupted(signal)])
  await receiver.close()
  terminal.transient('')
  if (!terminal.json) {
    const { objects, bytes, failed } = reception
    terminal.note(
      `${counted(objects, 'object')}, ${megabytes(bytes)} in ${directory}` +
        (failed > 0 ? `, ${String(failed)} failed` : ''),
    )
  }
  if ((signal.reason as CliError | undefined)?.exitCode === exitCodes.outputClosed)
    return exitCodes.outputClosed
  if (reception.unkept) throw reception.unkept
  return reception.failed > 0 ? exitCodes.notAll : exitCodes.success

  async function announce({ address: at }: Receiver, aeTitle: string, into: string): Promise<void> {
    if (terminal.json) await terminal.object({ type: 'listening', aeTitle, ...at, directory: into })
    else
      await terminal.line(
        `${terminal.style.strong(aeTitle)} listens on ${formatAddress(at)} and keeps what it gets in ${into}`,
      )
  }
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener(
      'abort',
      () => {
        resolve()
      },
      { once: true },
    )
  })
}
