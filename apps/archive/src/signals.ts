import type { Logger } from 'pino'
import type { Entrance } from './entrances/entrance.ts'

/** SIGTERM or SIGINT stop in order; a second one stops at once. */
export function onStopSignal(stop: () => Promise<void>): void {
  let stopping = false
  const onSignal = (): void => {
    if (stopping) process.exit(1)
    stopping = true
    void stop().then(() => process.exit(0))
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

/** SIGHUP reloads the credentials of each entrance that has some. One whose new credentials cannot be used keeps its old ones. */
export function reloadOnHangup(entrances: readonly Entrance[], logger: Logger): void {
  process.on('SIGHUP', () => {
    for (const { name, reload } of entrances) {
      reload?.().then(
        () => {
          logger.info({ entrance: name }, 'credentials reloaded')
        },
        (error: unknown) => {
          logger.error({ entrance: name, err: error }, 'credentials not reloaded; the old ones stay')
        },
      )
    }
  })
}
