import { availableParallelism } from 'node:os'
import type { Settings } from './settings/settings.ts'

/**
 * As many threads as CPUs where they do no more than copy into the system's memory: more of them only get in each other's way. Where
 * they wait for a disk, Node's own number stays, as whatever the environment says. Has to come before anything uses the pool.
 */
export function tuneThreadPool(durability: Settings['durability'], environment: NodeJS.ProcessEnv): void {
  if (durability === 'os') environment.UV_THREADPOOL_SIZE ??= String(Math.max(2, availableParallelism()))
}
