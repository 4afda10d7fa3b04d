import { setFlagsFromString } from 'node:v8'

/** Suits V8's plans to this process. */
export function tuneV8(): void {
  collectGarbageRarely()
  compileEarly()
}

/**
 * For a heap of a few MB, beside which hundreds of MB a second are received.
 *
 * V8 plans its next full collection from the size of the heap, and counts what lies beside the heap against that plan: it would collect
 * everything for each 16 MB received, and spend a third of the CPU on it. A larger step leaves it to the cheap collections of young
 * objects. These come as often as the space for young objects is full: kept small, it lets received bytes, which die young, go soon,
 * and their memory be used again while the CPU's caches still hold it.
 */
function collectGarbageRarely(): void {
  setFlagsFromString('--heap-growing-percent=400')
  setFlagsFromString('--semi-space-growth-factor=1')
}

/**
 * What runs once for each image would be interpreted for the first 500 of them, as V8 compiles no earlier what is called; so that
 * many are a burst after which an archive may have nothing to do for hours.
 */
function compileEarly(): void {
  setFlagsFromString('--invocation-count-for-maglev=100')
  setFlagsFromString('--minimum-invocations-after-ic-update=100')
}
