import { certs } from './certs/description.ts'
import type { Command } from './command.ts'
import { commit } from './commit/description.ts'
import { completionOf } from './completion/description.ts'
import { dump } from './dump/description.ts'
import { echo } from './echo/description.ts'
import { find } from './find/description.ts'
import { get } from './get/description.ts'
import { listen } from './listen/description.ts'
import { move } from './move/description.ts'
import { send } from './send/description.ts'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  echo,
  send,
  find,
  move,
  get,
  commit,
  dump,
  listen,
  certs,
  completionOf(() => commands),
]
