import type { Logger } from './logger.ts'

/** A log that fails is no reason to leave a request without an answer, or to end the process. What it throws becomes a process warning. */
export function unfailingLogger(logger: Logger): Logger {
  const unfailing =
    (level: keyof Logger) =>
    (fields: object, message: string): void => {
      try {
        logger[level](fields, message)
      } catch (thrown) {
        process.emitWarning(thrown instanceof Error ? thrown : String(thrown))
      }
    }
  return {
    debug: unfailing('debug'),
    info: unfailing('info'),
    warn: unfailing('warn'),
    error: unfailing('error'),
  }
}
