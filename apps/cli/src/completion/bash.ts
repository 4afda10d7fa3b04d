import type { Command } from '../commands/command.ts'
import { type Candidates, positionals, typedOptions } from './choices.ts'

/** A completion script for bash. What peers are called is compared and quoted, never expanded. */
export function bashCompletion(commands: readonly Command[]): string {
  return `# bash completion for dcm: dcm completion bash > ~/.local/share/bash-completion/completions/dcm
_dcm_matching() {
  local line
  while IFS= read -r line; do
    if [[ $line == "$1"* ]]; then COMPREPLY+=("$line"); fi
  done
}
_dcm_takes_value() {
  case "$1 $2" in
    ${commands.flatMap(valuePatterns).join(' | ')}) return 0 ;;
  esac
  return 1
}
_dcm() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  local words=() index positional=1
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W '${commands.map(({ name }) => name).join(' ')} --help --version' -- "$current")
    return
  fi
  if [ "$current" = = ]; then
    current=
  elif [ "$previous" = = ]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
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
  for ((index = 2; index < COMP_CWORD; index++)); do
    if _dcm_takes_value "$command" "\${COMP_WORDS[index]}"; then
      if [ "\${COMP_WORDS[index+1]}" = = ]; then ((index++)); fi
      ((index++))
    elif [[ \${COMP_WORDS[index]} != -* ]]; then
      ((positional++))
    fi
  done
  compopt -o filenames 2>/dev/null
  case $command in
${commands.flatMap(positionalCases).join('\n')}
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

function valuePatterns(command: Command): string[] {
  return typedOptions(command)
    .filter(({ value }) => value !== undefined)
    .flatMap(({ typed }) => typed.map((each) => `"${command.name} ${each}"`))
}

function valueCases(command: Command): string[] {
  return typedOptions(command)
    .filter(({ value }) => value !== undefined)
    .map(({ typed, choices, completes }) => {
      const pattern = typed.map((each) => `"${command.name} ${each}"`).join(' | ')
      const path = completes === 'folder' ? '-d' : completes === 'file' ? '-f' : undefined
      const reply = path
        ? `compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen ${path} -- "$current")`
        : `mapfile -t COMPREPLY < <(compgen -W '${choices?.join(' ') ?? ''}' -- "$current")`
      return `    ${pattern}) ${reply}; return ;;`
    })
}

function positionalCases(command: Command): string[] {
  const { first, others } = positionals(command)
  const either = [
    `if [ "$positional" -eq 1 ]; then ${generated(first)}`,
    `else ${generated(others)}`,
    'fi',
  ].join('; ')
  return [`    ${command.name}) ${either} ;;`]
}

function generated({ words, peers, files }: Candidates): string {
  const steps = [
    ...(words.length > 0 ? [`_dcm_matching "$current" < <(printf '%s\\n' ${words.join(' ')})`] : []),
    ...(peers ? ['_dcm_matching "$current" < <(dcm completion peers 2>/dev/null)'] : []),
    ...(files ? ['_dcm_matching "$current" < <(compgen -f -- "$current")'] : []),
  ]
  return steps.length > 0 ? steps.join('; ') : ':'
}
