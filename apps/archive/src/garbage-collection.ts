import { setFlagsFromString } from 'node:v8'

/**
 * Suits V8's plans to a process whose heap is a few MB, and which receives hundreds of MB a second beside it.
 *
 * V8 plans its next full collection from the size of the heap, and counts what lies beside the heap against that plan: it would collect
 * everything for each 16 MB received, and spend a third of the CPU on it. A larger step leaves it to the cheap collections of young
 * objects. These come as often as the space for young objects is full: kept small, it lets received bytes, which die young, go soon,
 * and their memory be used again while the CPU's caches still hold it.
 */
export function tuneGarbageCollection(): void {
  setFlagsFromString('--heap-growing-percent=400')
  setFlagsFromString('--semi-space-growth-factor=1')
}
