import { type DicomJson, type DicomJsonElement, formatTag, isItem, keywordOf } from '@dcm/dataset'
import { uidName } from '@dcm/pdu'
import { readable } from '../queries/cell.ts'
import { fitted } from '../terminal/display-width.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Where values begin. */
const keywordColumns = 32
const indentColumns = 2
/** A value is never cut to less. */
const valueColumns = 8

/** A data set for people, an element a line: `(0010,0010) PN PatientName  DOE^JOHN`. @throws the signal's reason */
export async function printDataSet(
  dataSet: DicomJson,
  terminal: Terminal,
  signal: AbortSignal,
  depth = 0,
): Promise<void> {
  for (const [key, element] of Object.entries(dataSet)) {
    signal.throwIfAborted()
    await terminal.line(line(key, element, terminal, depth))
    for (const [index, item] of (element.Value ?? []).entries()) {
      if (!isItem(item) || element.vr !== 'SQ') continue
      await terminal.line(
        terminal.style.faint(`${' '.repeat((depth + 1) * indentColumns)}item ${String(index + 1)}`),
      )
      await printDataSet(item, terminal, signal, depth + 2)
    }
  }
}

function line(key: string, element: DicomJsonElement, { style, columns }: Terminal, depth: number): string {
  const tag = Number.parseInt(key, 16)
  const indent = ' '.repeat(depth * indentColumns)
  const keyword = keywordOf(tag) ?? ''
  const left = `${formatTag(tag)} ${element.vr} `
  const value = safeText(shown(element))
  if (columns === undefined)
    return `${indent}${style.faint(left)}${keyword.padEnd(keywordColumns)}  ${value}`.trimEnd()
  const columnsLeft = columns - indent.length - left.length - 2
  // On a narrow terminal values begin where keywords end.
  const name = columnsLeft >= keywordColumns + valueColumns ? keyword.padEnd(keywordColumns) : keyword
  const cut = fitted(value, Math.max(valueColumns, columnsLeft - name.length))
  return `${indent}${style.faint(left)}${name}  ${cut}`.trimEnd()
}

function shown(element: DicomJsonElement): string {
  const { vr, Value, BulkDataURI } = element
  if (vr === 'SQ') return `${String(Value?.length ?? 0)} ${Value?.length === 1 ? 'item' : 'items'}`
  if (BulkDataURI !== undefined) return placeInWords(BulkDataURI)
  const text = readable(element)
  if (vr !== 'UI') return text
  const name = uidName(text)
  return name === text ? text : `${text}  ${name}`
}

function placeInWords(uri: string): string {
  const { inflated, offset, length } =
    /#(?<inflated>inflated)?offset=(?<offset>\d+)(&length=(?<length>\d+))?$/i.exec(uri)?.groups ?? {}
  const what = length === undefined ? 'encapsulated' : `${length} bytes`
  return `${what}, at byte ${offset ?? ''}${inflated === undefined ? '' : ' of what it inflates to'}`
}
