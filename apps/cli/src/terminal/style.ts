/** Colours for people; each is the identity where colours are not wanted. */
export interface Style {
  good(text: string): string
  bad(text: string): string
  warning(text: string): string
  faint(text: string): string
  strong(text: string): string
  /** Before what is said of how it went. */
  mark(isGood: boolean): string
}

/**
 * Colours only on a terminal. `NO_COLOR` (no-color.org) and `TERM=dumb` switch them off, `FORCE_COLOR` switches them on for
 * programs that show what they are given, as CI logs do.
 */
export function styleFor(
  isTerminal: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): Style {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM = '' } = environment
  const forced = FORCE_COLOR !== '' && FORCE_COLOR !== '0'
  const coloured = NO_COLOR === '' && (forced || (isTerminal && TERM !== 'dumb'))
  const code = (on: number, off: number) => (text: string) =>
    coloured ? `\u001b[${String(on)}m${text}\u001b[${String(off)}m` : text
  const [good, bad] = [code(32, 39), code(31, 39)]
  return {
    good,
    bad,
    mark: (isGood) => (isGood ? good('✓') : bad('✗')),
    warning: code(33, 39),
    faint: code(2, 22),
    strong: code(1, 22),
  }
}
