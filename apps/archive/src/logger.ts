import { type Level, type Logger, pino } from 'pino'
import { LineWriter } from './line-writer.ts'

const standardError = 2

/** JSON lines on standard error. Errors are shown without stack and cause, which may hold file names made of UIDs. */
export function createLogger(level: Level | 'silent'): {
  readonly logger: Logger
  readonly flush: () => Promise<void>
} {
  const writer = new LineWriter(standardError)
  const logger = pino(
    {
      base: null,
      level,
      serializers: {
        err: (error: Error & { code?: string }) => ({
          type: error.name,
          code: error.code,
          message: error.message,
        }),
      },
    },
    writer,
  )
  return { logger, flush: () => writer.flush() }
}
