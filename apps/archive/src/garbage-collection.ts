import { setFlagsFromString } from 'node:v8'

/**
 * V8 plans its next full collection from the size of the heap, and counts what lies beside the heap, such as received bytes, against
 * that plan. With a heap as small as a receiver's, a few MB, it then collects everything for each 16 MB received, and spends a third of
 * the CPU on it. A larger step leaves it to the cheap collections of young objects, where received bytes die.
 */
export function collectSeldom(): void {
  setFlagsFromString('--heap-growing-percent=400')
}
