import { resolve } from 'node:path'
import { createScp, storage, verification } from '@dcm/scp'
import { fileStore } from '@dcm/storage'
import { formatAddress } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { tuneGarbageCollection } from './garbage-collection.ts'
import { createLogger } from './logger.ts'
import { help, readSettings, type Settings, SettingsError } from './settings.ts'

async function run(settings: Settings): Promise<void> {
  tuneGarbageCollection()
  const { logger, flush } = createLogger()
  const directory = resolve(settings.store)

  const store = await fileStore({ directory, durability: settings.durability })
  const scp = createScp({
    aeTitle: settings.aet,
    transport: tcp(),
    services: [verification(), storage({ store, acceptUnknownSopClasses: settings.acceptUnknownSopClasses })],
    checkCalledAeTitle: settings.checkCalledAet,
    maxAssociations: settings.maxAssociations,
    association: { artimTimeoutMs: settings.artimTimeoutMs },
    logger,
  })
  const stop = async (drainMs: number): Promise<void> => {
    const { aborted } = await scp.close({ drainMs })
    for (const association of aborted) logger.warn(association, 'association aborted by the shutdown')
    await store[Symbol.asyncDispose]()
    logger.info({ aborted: aborted.length }, 'stopped')
    flush()
  }
  let stopping = false
  const onSignal = (): void => {
    if (stopping) process.exit(1)
    stopping = true
    void stop(30_000).then(() => process.exit(0))
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)

  const address = await scp.listen({ host: settings.host, port: settings.port })

  const port = 'port' in address ? String(address.port) : ''
  console.log(`${settings.aet} listens on ${formatAddress(address)}`)
  console.log(`It keeps what it receives in ${directory}`)
  console.log(`Send it a file: storescu -aec ${settings.aet} localhost ${port} FILE.dcm`)
}

try {
  const settings = readSettings(process.argv.slice(2), process.env)
  if (settings) await run(settings)
  else process.stdout.write(help)
} catch (error) {
  const usage =
    error instanceof SettingsError || (error as { code?: string }).code?.startsWith('DCM_AE_TITLE')
  console.error(`dcm-archive: ${(error as Error).message}${usage ? ' (see --help)' : ''}`)
  process.exitCode = usage ? 2 : 1
}
