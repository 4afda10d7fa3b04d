import type { Command } from '../command.ts'

/** @param commands those to complete */
export const completionOf = (commands: () => readonly Command[]): Command => ({
  name: 'completion',
  usage: 'bash | zsh | peers',
  summary: 'print a completion script for the shell',
  description:
    'The scripts complete commands, options, their values, files, and the peers of the configuration.',
  options: [],
  examples: [
    [
      'completion bash > ~/.local/share/bash-completion/completions/dcm',
      'from the next shell on; make that folder first, if it is not there',
    ],
    ['completion zsh > ~/.zfunc/_dcm', 'with ~/.zfunc made, and in fpath'],
    ['completion peers', 'the names of the configuration'],
  ],
  completes: 'nothing',
  words: ['bash', 'zsh', 'peers'],
  load: async () => {
    const { run } = await import('./run.ts')
    return { run: (args, surroundings) => run(args, surroundings, commands()) }
  },
})
