import type { Command } from '../commands/command.ts'
import { typedOptions, type TypedOption } from './choices.ts'

/** A completion script for zsh. */
export function zshCompletion(commands: readonly Command[]): string {
  return `#compdef dcm
# zsh completion for dcm: dcm completion zsh > a folder of your fpath, as _dcm
_dcm_peers() {
  compadd -- \${(f)"$(dcm completion peers 2>/dev/null)"}
}
_dcm_peers_and_files() {
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
  const positional = {
    peer: '_dcm_peers',
    'peer-and-files': '_dcm_peers_and_files',
    files: '_files',
    nothing: '',
  }
  const generator = positional[command.completes]
  const specifications = [
    ...typedOptions(command).flatMap(specified),
    ...(generator === ''
      ? []
      : [quoted(`*:${command.usage.split(' ')[0]?.toLowerCase() ?? ''}:${generator}`)]),
  ]
  return `    ${command.name})\n      _arguments -s ${specifications.join(' \\\n        ')} ;;`
}

function specified({ typed, summary, value, choices, completes, multiple }: TypedOption): string[] {
  const generator = choices
    ? `(${choices.join(' ')})`
    : completes === 'folder'
      ? '_files -/'
      : completes === 'file'
        ? '_files'
        : ' '
  const behind = value === undefined ? '' : `:${value}:${generator}`
  const exclusive = multiple ? '*' : `(${typed.join(' ')})`
  return typed.map((each) => quoted(`${exclusive}${each}[${escaped(summary)}]${behind}`))
}

/** Colons and brackets have a meaning there. */
function escaped(text: string): string {
  return text.replaceAll(/[:[\]\\]/g, String.raw`\$&`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
