import type { Command } from './command.ts'

/** Every command by its name, in the order of the help; each is loaded when it is used. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  echo: async () => (await import('./echo.ts')).echo,
  send: async () => (await import('./send.ts')).send,
  find: async () => (await import('./find.ts')).find,
  move: async () => (await import('./move.ts')).move,
  get: async () => (await import('./get.ts')).get,
  commit: async () => (await import('./commit.ts')).commit,
  dump: async () => (await import('./dump.ts')).dump,
  listen: async () => (await import('./listen.ts')).listen,
  certs: async () => (await import('./certs.ts')).certs,
  completion: async () => (await import('./completion.ts')).completion(allCommands),
}

export function allCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(commands).map((load) => load()))
}
