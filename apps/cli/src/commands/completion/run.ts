import type { Arguments } from '../../arguments/arguments.ts'
import { bashCompletion } from '../../completion/bash.ts'
import { zshCompletion } from '../../completion/zsh.ts'
import { type ExitCode, exitCodes } from '../../exit-codes.ts'
import { readConfiguration } from '../../peers/read-configuration.ts'
import { safeText } from '../../terminal/safe-text.ts'
import { usageError } from '../../usage-error.ts'
import type { Command, Surroundings } from '../command.ts'

export async function run(
  args: Arguments,
  { terminal, environment }: Surroundings,
  commands: readonly Command[],
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
  const script = what === 'bash' ? bashCompletion(commands) : zshCompletion(commands)
  await terminal.line(script.trimEnd())
  return exitCodes.success
}
