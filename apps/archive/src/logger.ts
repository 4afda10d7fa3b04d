import { type DestinationStream, type Logger, pino } from 'pino'

/** Lines that may wait for a slow reader of standard error, in bytes; further ones are dropped. */
const maximumWaitingBytes = 1_048_576
/** Lines are written together, since a write costs more than the rest of an association's set-up: in bytes, and at the latest after so long. */
const writtenTogetherBytes = 4_096
const flushIntervalMs = 100

/** JSON lines on standard error. Errors are shown without stack and cause, which may hold file names made of UIDs. */
export function createLogger(): { readonly logger: Logger; readonly flush: () => void } {
  const destination = pino.destination({
    dest: 2,
    sync: false,
    maxLength: maximumWaitingBytes,
    minLength: writtenTogetherBytes,
    periodicFlush: flushIntervalMs,
  })
  const logger = pino(
    {
      base: null,
      level: process.env.DCM_LOG_LEVEL ?? 'info',
      serializers: {
        err: (error: Error & { code?: string }) => ({
          type: error.name,
          code: error.code,
          message: error.message,
        }),
      },
    },
    destination satisfies DestinationStream,
  )
  const flush = (): void => {
    try {
      destination.flushSync()
    } catch {
      // Nobody reads standard error.
    }
  }
  return { logger, flush }
}
