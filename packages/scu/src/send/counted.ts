import type { OutgoingDataSet } from '@dcm/dimse'
import type { SendOptions } from './send-options.ts'

/** The same data set, telling what of it is taken. */
export function counted(dataSet: OutgoingDataSet, onEvent: SendOptions['onEvent']): OutgoingDataSet {
  if (!onEvent || !('read' in dataSet)) return dataSet
  return {
    read: async () => {
      const runs = await dataSet.read()
      if (runs) onEvent({ type: 'bytes', bytes: runs.reduce((sum, run) => sum + run.length, 0) })
      return runs
    },
    recycle: (runs) => dataSet.recycle?.(runs),
  }
}
