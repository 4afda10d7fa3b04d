import type { Command } from '../commands/command.ts'
import { typedOptions } from './choices.ts'

/** A completion script for bash. */
export function bashCompletion(commands: readonly Command[]): string {
  return `# bash completion for dcm: dcm completion bash > ~/.local/share/bash-completion/completions/dcm
_dcm() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$current")
    return
  fi
  case "$command $previous" in
${commands.flatMap(valueCases).join('\n')}
  esac
  if [[ $current == -* ]]; then
    case $command in
${commands.map((command) => `      ${command.name}) mapfile -t COMPREPLY < <(compgen -W '${words(command)}' -- "$current") ;;`).join('\n')}
    esac
    return
  fi
  case $command in
${commands.map(positionalCase).filter(Boolean).join('\n')}
  esac
}
complete -F _dcm dcm
`
}

function words(command: Command): string {
  return typedOptions(command)
    .flatMap(({ typed }) => typed)
    .join(' ')
}

function valueCases(command: Command): string[] {
  return typedOptions(command)
    .filter(({ value }) => value !== undefined)
    .map(({ typed, choices, completes }) => {
      const generator = choices
        ? `-W '${choices.join(' ')}'`
        : completes === 'folder'
          ? '-d'
          : completes === 'file'
            ? '-f'
            : "-W ''"
      const pattern = typed.map((each) => `"${command.name} ${each}"`).join(' | ')
      return `    ${pattern}) mapfile -t COMPREPLY < <(compgen ${generator} -- "$current"); return ;;`
    })
}

function positionalCase({ name, completes }: Command): string {
  const peers = `-W "$(dcm completion peers 2>/dev/null)"`
  const generators = { peer: peers, 'peer-and-files': `-f ${peers}`, files: '-f', nothing: '' }
  const generator = generators[completes]
  return generator === ''
    ? ''
    : `    ${name}) mapfile -t COMPREPLY < <(compgen ${generator} -- "$current") ;;`
}
