export type { AcceptFailedMessage, RefusedMessage } from './diagnostics.ts'
export type { TcpOptions } from './tcp-options.ts'
export { tcp } from './tcp.ts'
