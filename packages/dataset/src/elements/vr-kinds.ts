/** How the value of each VR is written (PS3.5 6.2) and shown in the JSON model (PS3.18 F.2.3). */
export interface VrKind {
  readonly type: 'text' | 'number' | 'decimal' | 'tag' | 'name' | 'binary' | 'sequence'
  /** Whether a backslash separates values. */
  readonly multiple?: boolean
  /** Whether Specific Character Set applies (PS3.5 6.1.2.3); else the text is ASCII. */
  readonly extended?: boolean
  /** Of a number, or of a word in binary values, in bytes. */
  readonly width?: 1 | 2 | 4 | 8
  /** Leading spaces mean nothing. */
  readonly trimStart?: boolean
}

const code = { type: 'text', multiple: true, trimStart: true } as const
const text = { type: 'text', multiple: true, extended: true } as const
const longText = { type: 'text', extended: true } as const

const kinds: Readonly<Record<string, VrKind>> = {
  AE: code,
  AS: code,
  CS: code,
  DA: code,
  DT: code,
  TM: code,
  UI: code,
  DS: { type: 'decimal', multiple: true },
  IS: { type: 'decimal', multiple: true },
  LO: text,
  SH: text,
  UC: text,
  PN: { type: 'name', multiple: true, extended: true },
  LT: longText,
  ST: longText,
  UT: longText,
  UR: { type: 'text' },
  AT: { type: 'tag' },
  FD: { type: 'number', width: 8 },
  FL: { type: 'number', width: 4 },
  SL: { type: 'number', width: 4 },
  SS: { type: 'number', width: 2 },
  SV: { type: 'number', width: 8 },
  UL: { type: 'number', width: 4 },
  US: { type: 'number', width: 2 },
  UV: { type: 'number', width: 8 },
  OB: { type: 'binary', width: 1 },
  OD: { type: 'binary', width: 8 },
  OF: { type: 'binary', width: 4 },
  OL: { type: 'binary', width: 4 },
  OV: { type: 'binary', width: 8 },
  OW: { type: 'binary', width: 2 },
  SQ: { type: 'sequence' },
  UN: { type: 'binary', width: 1 },
}

const unknown: VrKind = { type: 'binary', width: 1 }

/** A VR not known, as later editions bring them, is bytes. */
export function vrKind(vr: string): VrKind {
  return Object.hasOwn(kinds, vr) ? (kinds[vr] ?? unknown) : unknown
}

export function isKnownVr(vr: string): boolean {
  return Object.hasOwn(kinds, vr)
}
