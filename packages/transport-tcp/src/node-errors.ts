import { TransportError } from '@dcm/transport'

const codes: Readonly<Record<string, readonly [code: string, words: string]>> = {
  ECONNREFUSED: ['DCM_CONNECTION_REFUSED', 'nobody listens there'],
  ECONNRESET: ['DCM_CONNECTION_RESET', 'the peer reset the connection'],
  EPIPE: ['DCM_CONNECTION_RESET', 'the peer closed the connection'],
  ETIMEDOUT: ['DCM_CONNECTION_TIMED_OUT', 'the network gave no answer'],
  EHOSTUNREACH: ['DCM_UNREACHABLE', 'the host cannot be reached'],
  ENETUNREACH: ['DCM_UNREACHABLE', 'the network cannot be reached'],
  ENOTFOUND: ['DCM_HOST_UNKNOWN', 'the host name is unknown'],
  EAI_AGAIN: ['DCM_HOST_UNKNOWN', 'the host name could not be looked up'],
  EADDRINUSE: ['DCM_ADDRESS_IN_USE', 'the port is taken'],
  EADDRNOTAVAIL: ['DCM_ADDRESS_NOT_AVAILABLE', 'the address is not one of this host'],
  EAFNOSUPPORT: ['DCM_ADDRESS_NOT_AVAILABLE', 'this host has no such address family'],
  EACCES: ['DCM_NOT_PERMITTED', 'the port is not permitted'],
  EMFILE: ['DCM_OUT_OF_DESCRIPTORS', 'the process has too many open files'],
  ENFILE: ['DCM_OUT_OF_DESCRIPTORS', 'the system has too many open files'],
}

/** Node's error as ours: `doing` says what failed, the code why. */
export function transportError(doing: string, error: unknown): TransportError {
  const nodeCode = (error as NodeJS.ErrnoException).code ?? ''
  const [code, words] = codes[nodeCode] ?? ['DCM_TRANSPORT_FAILED', (error as Error).message]
  return new TransportError(`${doing}: ${words}`, { code, cause: error })
}
