import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Load, Target } from './load.ts'
import type { CredentialFiles, Layer } from './open-stream.ts'

/** What the process of the load generator is told. `idle` opens associations and keeps them, until the process is ended. */
export interface Job extends Target {
  readonly layer: Layer
  readonly idle: boolean
  readonly files?: CredentialFiles
}

/** The load generator of this folder, in Node: it speaks every layer. */
export function nodeLoad(job: Job): Load {
  const sender = fork('bench/load/sender.ts', [JSON.stringify(job)])
  const ended = once(sender, 'exit').then(() => {
    throw new Error('the load generator failed')
  })
  ended.catch(() => undefined)
  const message = async (): Promise<unknown> => {
    const [received] = (await Promise.race([once(sender, 'message'), ended])) as [unknown]
    return received
  }
  return {
    warmUp: async () => {
      await message()
    },
    run: async () => {
      sender.send('go')
      return ((await message()) as { readonly seconds: number }).seconds
    },
    [Symbol.dispose]: () => {
      sender.kill('SIGKILL')
    },
  }
}
