/** PS3.5 6.2, VR LO: 64 characters maximum. */
const maximumErrorCommentLength = 64

/** Whether a text may stand in Error Comment (0000,0902): LO in the default repertoire, as commands name no other. */
export function isErrorComment(text: string): boolean {
  return text.length <= maximumErrorCommentLength && /^[!-[\]-~](?:[ -[\]-~]*[!-[\]-~])?$/.test(text)
}

/** The nearest text that may stand in Error Comment: cut to 64 characters, with `?` for what has no place there. */
export function toErrorComment(text: string): string {
  return text
    .trim()
    .slice(0, maximumErrorCommentLength)
    .trimEnd()
    .replace(/[^ -[\]-~]/g, '?')
}
