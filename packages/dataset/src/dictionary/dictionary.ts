import { requireKeyword, requireTag } from '../require-usable.ts'
import { formatTag } from '../tags.ts'
import { dictionaryTable } from './dictionary-table.ts'

/** A data element as PS3.6 registers it. */
export interface DictionaryEntry {
  readonly keyword: string
  /** One, or several of which the data set's other elements decide: `['US', 'SS']`. */
  readonly vrs: readonly string[]
  /** Value multiplicity as the standard prints it: `1`, `1-n`, `2-2n`. */
  readonly vm: string
  readonly retired: boolean
}

/**
 * The registered element of a tag; undefined for private and unknown ones. Repeating groups, such as `60xx`, are known.
 *
 * @throws UsageError `DCM_TAG_INVALID` for what is no number
 */
export function dictionaryEntry(tag: number): DictionaryEntry | undefined {
  requireTag(tag)
  const { byTag, repeating } = index()
  const row = byTag.get(tag) ?? repeating.find(({ mask, value }) => (tag & mask) >>> 0 === value)?.row
  return row === undefined ? undefined : entryOf(row)
}

/**
 * The tag of a keyword of PS3.6, `PatientName` for one; undefined when there is none, and for elements of repeating groups.
 *
 * @throws UsageError `DCM_TAG_INVALID` for what is no text
 */
export function tagOf(keyword: string): number | undefined {
  requireKeyword(keyword)
  return keywords().get(keyword)
}

/** The keyword of a tag; undefined for private and unknown ones. @throws UsageError `DCM_TAG_INVALID` */
export function keywordOf(tag: number): string | undefined {
  return dictionaryEntry(tag)?.keyword
}

/**
 * The value representation of a tag, the first where there are several; `LO` for private creators, `UL` for group lengths and
 * `UN` for what is not known (PS3.5 7.8.1, 7.2, 6.2.2).
 *
 * @throws UsageError `DCM_TAG_INVALID` for what is no number
 */
export function vrOf(tag: number): string {
  requireTag(tag)
  return vrsOf(tag)[0] ?? 'UN'
}

export function vrsOf(tag: number): readonly string[] {
  const element = tag & 0xffff
  if (element === 0) return ['UL']
  if (isPrivate(tag)) return element >= 0x10 && element <= 0xff ? ['LO'] : ['UN']
  return dictionaryEntry(tag)?.vrs ?? ['UN']
}

/**
 * The tag a text means: a keyword, `00100010` or `(0010,0010)`.
 *
 * @throws UsageError `DCM_TAG_INVALID` for what is no text
 */
export function parseTag(text: string): number | undefined {
  requireKeyword(text)
  const hex = /^\(?([0-9A-Fa-f]{4}),?([0-9A-Fa-f]{4})\)?$/.exec(text)
  return hex ? Number.parseInt(`${hex[1] ?? ''}${hex[2] ?? ''}`, 16) : tagOf(text)
}

/** How an element is called in a message: its tag, and its keyword when it has one. */
export function nameOf(tag: number): string {
  const keyword = keywordOf(tag)
  return keyword === undefined ? formatTag(tag) : `${formatTag(tag)} ${keyword}`
}

/** PS3.5 7.8: the group is odd. */
function isPrivate(tag: number): boolean {
  return (tag & 0x10000) !== 0
}

interface RepeatingRow {
  readonly mask: number
  readonly value: number
  readonly row: string
}

/** Rows of the table, which are taken apart when they are asked for. */
interface Index {
  readonly byTag: ReadonlyMap<number, string>
  readonly repeating: readonly RepeatingRow[]
}

let builtIndex: Index | undefined
let builtKeywords: ReadonlyMap<string, number> | undefined

function index(): Index {
  builtIndex ??= buildIndex()
  return builtIndex
}

function keywords(): ReadonlyMap<string, number> {
  builtKeywords ??= new Map(Array.from(index().byTag, ([tag, row]) => [entryOf(row).keyword, tag]))
  return builtKeywords
}

function buildIndex(): Index {
  const byTag = new Map<number, string>()
  const repeating: RepeatingRow[] = []
  for (const row of dictionaryTable.trim().split('\n')) {
    const digits = row.slice(0, 8)
    if (!digits.includes('x')) byTag.set(Number.parseInt(digits, 16), row)
    else repeating.push({ ...repeatingTag(digits), row })
  }
  return { byTag, repeating }
}

function repeatingTag(digits: string): { readonly mask: number; readonly value: number } {
  const mask = Number.parseInt(digits.replaceAll(/[^x]/g, 'F').replaceAll('x', '0'), 16)
  // Only even groups repeat: PS3.5 7.6.
  return { mask: (mask | 0x10000) >>> 0, value: Number.parseInt(digits.replaceAll('x', '0'), 16) }
}

function entryOf(row: string): DictionaryEntry {
  const [, vrs = '', vm = '', keyword = '', retired] = row.split(' ')
  return { keyword, vrs: vrs.split('/'), vm, retired: retired !== undefined }
}
