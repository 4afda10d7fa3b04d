import type { CodeElement } from './code-element.ts'

/** The sets of code elements a text begins with, and those it may change to. */
export interface CodeExtensions {
  readonly g0: CodeElement
  readonly g1: CodeElement | undefined
  /** Those the text may change to; none without code extensions. */
  readonly extensions: readonly CodeElement[]
}

/** Characters that end a value or a part of it, so that code extensions start anew behind them (PS3.5 6.1.2.5.3). */
export type Delimiters = '' | '\\' | '\\^='
