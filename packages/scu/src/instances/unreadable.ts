import { InstanceError } from './instance-error.ts'

/** An error of the file system, telling which file it is. */
export function unreadable(path: string, cause: unknown): InstanceError {
  const message = `${path} cannot be read: ${(cause as Error).message}`
  return new InstanceError('DCM_INSTANCE_UNREADABLE', message, { cause })
}
