import type { Command } from '../commands/command.ts'
import { type Candidates, positionals, typedOptions, type TypedOption } from './choices.ts'

/** A completion script for zsh. */
export function zshCompletion(commands: readonly Command[]): string {
  return `#compdef dcm
# zsh completion for dcm: dcm completion zsh > a folder of your fpath, as _dcm
_dcm_peers() {
  compadd -- \${(f)"$(dcm completion peers 2>/dev/null)"}
}
_dcm_peers_or_files() {
  _dcm_peers
  _files
}
_dcm() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(({ name, summary }) => `      ${quoted(`${name}:${escaped(summary)}`)}`).join('\n')}
    )
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(commandCase).join('\n')}
  esac
}
_dcm "$@"
`
}

function commandCase(command: Command): string {
  const { first, others } = positionals(command)
  const specifications = [
    ...typedOptions(command).flatMap(specified),
    quoted(`1: :${generator(first)}`),
    quoted(`*: :${generator(others)}`),
  ]
  return `    ${command.name})\n      _arguments -s ${specifications.join(' \\\n        ')} ;;`
}

function generator({ words, peers, files }: Candidates): string {
  if (words.length > 0) return `(${words.join(' ')})`
  if (peers) return files ? '_dcm_peers_or_files' : '_dcm_peers'
  // A blank would do, but behind it options were not completed.
  return files ? '_files' : '_message value'
}

function specified({ typed, summary, value, choices, completes, multiple }: TypedOption): string[] {
  const values = choices
    ? `(${choices.join(' ')})`
    : completes === 'folder'
      ? '_files -/'
      : completes === 'file'
        ? '_files'
        : ' '
  const behind = value === undefined ? '' : `:${escaped(value)}:${values}`
  const exclusive = multiple ? '*' : `(${typed.join(' ')})`
  // With their value in the same word too: --model=study, -mstudy.
  const joined = (each: string): string => (value === undefined ? '' : each.startsWith('--') ? '=' : '+')
  return typed.map((each) => quoted(`${exclusive}${each}${joined(each)}[${escaped(summary)}]${behind}`))
}

/** Colons and brackets have a meaning there. */
function escaped(text: string): string {
  return text.replaceAll(/[:[\]\\]/g, String.raw`\$&`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
