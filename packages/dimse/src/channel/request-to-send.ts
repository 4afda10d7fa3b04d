import type { Request } from '../command/index.ts'

/** A request without what the channel adds. */
export type RequestToSend = Request extends infer Each
  ? Each extends Request
    ? Omit<Each, 'messageId' | 'hasDataSet'>
    : never
  : never
