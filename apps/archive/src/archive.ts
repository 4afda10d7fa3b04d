import { resolve } from 'node:path'
import { createScp, storage, verification } from '@dcm/scp'
import { type FileStore, fileStore } from '@dcm/storage'
import { formatAddress } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { entrances } from './entrances/entrances.ts'
import { tuneThreadPool } from './tune-thread-pool.ts'
import { tuneV8 } from './tune-v8.ts'
import { createLogger } from './logger.ts'
import { help } from './settings/options.ts'
import { readSettings, type Settings } from './settings/settings.ts'
import { SettingsError } from './settings/settings-error.ts'
import { onStopSignal, reloadOnHangup } from './signals.ts'

async function run(settings: Settings): Promise<void> {
  tuneV8()
  tuneThreadPool(settings.durability, process.env)
  const { logger, flush } = createLogger(settings.logLevel)
  const directory = resolve(settings.store)
  const doors = entrances(settings, logger)
  for (const { reload } of doors) await reload?.()

  const store = await openStore(directory, settings.durability)
  const scp = createScp({
    aeTitle: settings.aet,
    transport: tcp(),
    services: [verification(), storage({ store, acceptUnknownSopClasses: settings.acceptUnknownSopClasses })],
    checkCalledAeTitle: settings.checkCalledAet,
    requireIdentity: (security, title) => doors.every(({ mayCall }) => mayCall?.(security, title) ?? true),
    maxAssociations: settings.maxAssociations,
    association: { artimTimeoutMs: settings.artimTimeoutMs },
    logger,
  })
  const stop = async (drainMs: number): Promise<void> => {
    const { aborted } = await scp.close({ drainMs })
    for (const association of aborted) logger.warn(association, 'association aborted by the shutdown')
    await store[Symbol.asyncDispose]()
    logger.info({ aborted: aborted.length }, 'stopped')
    await flush()
  }
  onStopSignal(() => stop(30_000))
  reloadOnHangup(doors, logger)

  const senders: string[] = []
  try {
    for (const { name, port, transport, sender } of doors) {
      const address = await scp.listen({ host: settings.host, port }, { transport })
      console.log(
        `${settings.aet} listens on ${formatAddress(address)}${name === 'plain' ? '' : ` (${name})`}`,
      )
      if (sender && 'port' in address)
        senders.push(`${sender} -aec ${settings.aet} localhost ${String(address.port)} FILE.dcm`)
    }
  } catch (error) {
    await stop(0)
    throw error
  }
  console.log(`It keeps what it receives in ${directory}`)
  for (const sender of senders) console.log(`Send it a file: ${sender}`)
}

async function openStore(directory: string, durability: Settings['durability']): Promise<FileStore> {
  try {
    return await fileStore({ directory, durability })
  } catch (error) {
    // The system's own words name what was tried, and the path: here it is the operator's, and made of no UIDs.
    const { message } = ((error as Error).cause ?? error) as Error
    throw new Error(`cannot keep objects in ${directory}: ${message}`, { cause: error })
  }
}

try {
  const settings = readSettings(process.argv.slice(2), process.env)
  if (settings) await run(settings)
  // The console minds no reader that has gone.
  else console.log(help.trimEnd())
} catch (error) {
  const usage =
    error instanceof SettingsError || (error as { code?: string }).code?.startsWith('DCM_AE_TITLE')
  console.error(`dcm-archive: ${(error as Error).message}${usage ? ' (see --help)' : ''}`)
  process.exitCode = usage ? 2 : 1
}
