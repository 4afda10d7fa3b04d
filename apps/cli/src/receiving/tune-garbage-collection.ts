import { setFlagsFromString } from 'node:v8'

/**
 * Suits V8 to a process that receives: its heap is small, so that V8 would collect all of it for each few MB received beside it. Larger
 * steps, and a small space for young objects, leave received bytes to the cheap collections: a fifth less CPU for 400 files of 512 KiB.
 */
export function tuneGarbageCollection(): void {
  setFlagsFromString('--heap-growing-percent=400')
  setFlagsFromString('--semi-space-growth-factor=1')
}
