import { everywhere, type Option } from './arguments/option.ts'
import type { Command } from './commands/command.ts'
import { displayWidth } from './terminal/display-width.ts'
import type { Style } from './terminal/style.ts'

/** How help is printed. */
export interface HelpPage {
  readonly style: Style
  /** No line is longer, but for command lines to copy. */
  readonly columns: number
}

/** What `dcm` alone prints. */
export function overview(commands: readonly Command[], { style, columns }: HelpPage): string {
  return `${style.strong('dcm')}: DICOM at the command line

Usage: dcm COMMAND …

${rows(
  commands.map(({ name, summary }) => [name, summary]),
  columns,
  (name) => style.strong(name),
)}

${wrapped(aboutPeers, columns)}

${wrapped('dcm COMMAND --help shows options and examples; dcm --version which dcm this is.', columns)}
`
}

const aboutPeers =
  'A peer is written AE@host:port, behind it +tls or +iscl where it is secured, or it is a name of the configuration, ~/.config/dcm/config.json, or the file that DCM_CONFIG names. DCM_AET is our AE title.'

/** What `dcm COMMAND --help` prints. */
export function helpFor(command: Command, { style, columns }: HelpPage): string {
  const { name, usage, summary, description, options, examples } = command
  return `${style.strong(`dcm ${name}`)}: ${summary}

${wrapped(`Usage: dcm ${name} ${usage}${usage === '' ? '' : ' '}[options]`, columns)}

${wrapped(description, columns)}

${style.strong('Options')}
${rows(
  [...options, ...everywhere].map((option) => [written(option), explained(option)]),
  columns,
)}

${style.strong('Examples')}
${examples.map(([line, meaning]) => `  dcm ${line}\n      ${style.faint(wrapped(meaning, columns, 6))}`).join('\n')}
`
}

function written({ name, short, value }: Option): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}

function explained({ summary, choices }: Option): string {
  return choices ? `${summary}: ${choices.join(', ')}` : summary
}

/** Where there is less room beside the names, explanations stand below them. */
const explanationColumns = 24

function rows(
  cells: readonly (readonly [left: string, right: string])[],
  columns: number,
  styled = (left: string) => left,
): string {
  const leftColumns = Math.max(...cells.map(([left]) => displayWidth(left)))
  if (columns - leftColumns - 4 < explanationColumns) {
    return cells
      .map(([left, right]) => `  ${styled(left)}\n          ${wrapped(right, columns, 10)}`)
      .join('\n')
  }
  return cells
    .flatMap(([left, right]) => {
      const [first = '', ...others] = linesOf(right, columns - leftColumns - 4)
      const padding = ' '.repeat(leftColumns - displayWidth(left))
      return [
        `  ${styled(left)}${padding}  ${first}`,
        ...others.map((line) => ' '.repeat(leftColumns + 4) + line),
      ]
    })
    .join('\n')
}

function wrapped(text: string, columns: number, indentation = 0): string {
  return linesOf(text, columns - indentation).join(`\n${' '.repeat(indentation)}`)
}

function linesOf(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > columns) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
