/** What a run of `dcm` came to, for scripts. These numbers are stable; the README has the table. */
export const exitCodes = {
  /** Everything that was asked for was done. */
  success: 0,
  /** The peer answered, and some or all of it failed: a failure status, an instance refused, nothing committed. */
  notAll: 1,
  /** The command line or the configuration is wrong; nothing was sent. */
  usage: 2,
  /** No connection: unknown host, refused, unreachable, no answer to connect. */
  unreachable: 3,
  /** TLS or ISCL: the peer was not trusted, or did not trust us. */
  security: 4,
  /** A-ASSOCIATE-RJ. */
  rejected: 5,
  /** The association stands, and has no presentation context for what was asked. */
  contextRefused: 6,
  /** A-ABORT, a connection lost, or no answer in time. */
  aborted: 7,
  /** A file or folder of this computer cannot be read or written. */
  localFile: 8,
  /** A defect of this program. */
  internal: 70,
  /** SIGHUP: the terminal was closed. */
  hungUp: 129,
  /** Ctrl-C. */
  interrupted: 130,
  /** Whoever read the output has stopped, as `head` does. */
  outputClosed: 141,
  /** SIGTERM. */
  terminated: 143,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
