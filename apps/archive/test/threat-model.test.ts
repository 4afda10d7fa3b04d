import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const page = new URL('../../../docs/threat-model.md', import.meta.url)
const text = readFileSync(page, 'utf8')

/** Tests as the page names them: `[a part of the name](file)`. */
const named = [...text.matchAll(/\[([^\]]+)\]\((\.\.\/[^)]+\.ts)\)/g)].map(([, name = '', file = '']) => ({
  name,
  file,
}))

describe('docs/threat-model.md', () => {
  it('names a test below every line', () => {
    const lines = text.split(/\n(?=- |\n)/).filter((line) => line.startsWith('- '))
    expect(lines.length).toBeGreaterThan(40)
    expect(lines.filter((line) => !line.includes('.ts)'))).toEqual([])
  })

  it.each(named)('names what is there: $name ($file)', ({ name, file }) => {
    const path = new URL(file, page)
    expect(existsSync(path)).toBe(true)
    expect(readFileSync(path, 'utf8')).toContain(name)
  })
})
