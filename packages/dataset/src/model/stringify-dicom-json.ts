const tagName = /^[0-9A-F]{8}$/

/**
 * JSON text of a value that is a data set or holds some, each with its attributes in ascending order (PS3.18 F.2.2). `JSON.stringify`
 * cannot do that: a JavaScript object has names like `30060020` before `00080005`.
 */
export function stringifyDicomJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((each) => stringifyDicomJson(each)).join()}]`
  const members = Object.entries(value as Record<string, unknown>).filter(
    ([, member]) => member !== undefined,
  )
  if (members.every(([name]) => tagName.test(name))) members.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${stringifyDicomJson(member)}`).join()}}`
}
