import type { Arguments } from '../arguments/arguments.ts'
import { bashCompletion } from '../completion/bash.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { readConfiguration } from '../peers/read-configuration.ts'
import { safeText } from '../terminal/safe-text.ts'
import { usageError } from '../usage-error.ts'
import type { Command, Surroundings } from './command.ts'

/** @param allCommands those to complete */
export const completion = (allCommands: () => Promise<readonly Command[]>): Command => ({
  name: 'completion',
  usage: 'bash | zsh | peers',
  summary: 'print a completion script for the shell',
  description:
    'The scripts complete commands, options, their values, files, and the peers of the configuration.',
  options: [],
  examples: [
    ['completion bash > ~/.local/share/bash-completion/completions/dcm', 'from the next shell on'],
    ['completion zsh > ~/.zfunc/_dcm', 'with ~/.zfunc in fpath'],
    ['completion peers', 'the names of the configuration'],
  ],
  completes: 'nothing',
  words: ['bash', 'zsh', 'peers'],
  run: (args, surroundings) => run(args, surroundings, allCommands),
})

async function run(
  args: Arguments,
  { terminal, environment }: Surroundings,
  allCommands: () => Promise<readonly Command[]>,
): Promise<ExitCode> {
  const [what, ...others] = args.positionals
  if (others.length > 0) throw usageError('dcm completion takes one of bash, zsh and peers.')
  if (what === 'peers') {
    const { peers } = await readConfiguration(undefined, environment)
    for (const name of peers.keys()) await terminal.line(safeText(name))
    return exitCodes.success
  }
  if (what !== 'bash' && what !== 'zsh')
    throw usageError('Completion for which shell? Write dcm completion bash or zsh.')
  const all = await allCommands()
  await terminal.line((what === 'bash' ? bashCompletion(all) : zshCompletion(all)).trimEnd())
  return exitCodes.success
}
