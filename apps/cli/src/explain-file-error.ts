import { constants } from 'node:os'

interface SystemError {
  readonly code: string
  readonly syscall: string
  readonly path?: string
  /** Of a rename: where to. */
  readonly dest?: string
  readonly message: string
}

/** Node's codes, and what to do. */
const advice: Readonly<Record<string, string>> = {
  ENOENT: 'is not there; check the path.',
  ENOTDIR: 'is not there: a part of the path is no folder; check it.',
  EISDIR: 'is a folder, and a file is needed; check the path.',
  EACCES: 'may not be used by this user; change its permissions, or run as who may.',
  EPERM: 'may not be used by this user; change its permissions, or run as who may.',
  EEXIST: 'is there already; choose another name.',
  ENOSPC: 'has no room: the disk is full; free some space.',
  EFBIG: 'is as large as a file may be; choose another place, or raise the limit (ulimit -f).',
  EDQUOT: 'has no room: the quota of this user is used up; free some space.',
  ENAMETOOLONG: 'is too long for the file system; choose a shorter path.',
  EROFS: 'is on a read-only file system; choose another place.',
  EMFILE: 'cannot be opened: too many files are open; raise the limit (ulimit -n).',
}

/**
 * One sentence about a file of this computer; undefined when the error is about something else.
 *
 * @param unnamed what it is about where the system does not say: a write knows no path
 */
export function explainFileError(error: unknown, unnamed = 'The file'): string | undefined {
  const system = systemError(error)
  if (!system) return undefined
  const { code, syscall, dest, message } = system
  // What is renamed was there a moment ago.
  const named = dest ?? system.path ?? unnamed
  // A variable of a script that is empty.
  const path = named === '' ? '""' : named
  if (code === 'EEXIST' && syscall === 'mkdir')
    return `${path} is a file, and a folder is needed; check the path.`
  // Node.js has put this character where the name had bytes that are no UTF-8.
  if (code === 'ENOENT' && path.includes('\ufffd')) {
    return `${path} cannot be found: its name is not UTF-8; rename it.`
  }
  return `${path} ${advice[code] ?? `cannot be used (${message}); check the path and who may use it.`}`
}

function systemError(error: unknown): SystemError | undefined {
  if (!(error instanceof Error)) return undefined
  const { errno, syscall, path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string }
  // Node.js has no name for it: the code is `Unknown system error -122`.
  const code = errno === -constants.errno.EDQUOT ? 'EDQUOT' : (error as NodeJS.ErrnoException).code
  if (code === undefined || syscall === undefined || !/^E[A-Z]+$/.test(code)) return systemError(error.cause)
  const named = { ...(path !== undefined && { path }), ...(dest !== undefined && { dest }) }
  return { code, syscall, message: error.message, ...named }
}
