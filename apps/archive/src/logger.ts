import { type Level, type Logger, pino } from 'pino'
import { LineWriter } from './line-writer.ts'

const standardError = 2

/**
 * JSON lines on standard error. Errors are shown without their stack, and of their causes only the codes: the rest may hold file names made
 * of UIDs.
 */
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
          causes: codesOfCauses(error),
        }),
      },
    },
    writer,
  )
  return { logger, flush: () => writer.flush() }
}

/** What lies behind an error is of no use any deeper. */
const maximumCauses = 4

/** Such as a store's code, and the system's behind it; undefined, which pino leaves out, when there is no cause. */
function codesOfCauses(error: Error): readonly string[] | undefined {
  const codes: string[] = []
  for (let { cause } = error; cause instanceof Error && codes.length < maximumCauses; { cause } = cause) {
    codes.push((cause as { code?: string }).code ?? cause.name)
  }
  return codes.length > 0 ? codes : undefined
}
