import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LineWriter } from '../src/line-writer.ts'
import { startArchive } from './archive-process.ts'

let folder: string
let file: string
let descriptor: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dcm-lines-'))
  file = join(folder, 'log')
  descriptor = openSync(file, 'a')
})

afterEach(() => {
  closeSync(descriptor)
  rmSync(folder, { recursive: true })
})

describe('LineWriter', () => {
  it('writes lines in order, many at once', async () => {
    const writer = new LineWriter(descriptor)
    const lines = Array.from({ length: 5_000 }, (_, index) => `line ${String(index)} – ü\n`)
    for (const line of lines) writer.write(line)
    await writer.flush()
    writer.write('last\n')
    await writer.flush()
    expect(readFileSync(file, 'utf8')).toBe(`${lines.join('')}last\n`)
  })

  it('drops what waits beyond its bound', async () => {
    const writer = new LineWriter(descriptor)
    const line = `${'x'.repeat(99_999)}\n`
    for (let count = 0; count < 30; count++) writer.write(line)
    await writer.flush()
    // The first began to leave at once; ten fit behind it.
    expect(readFileSync(file, 'utf8')).toBe(line.repeat(11))
  })

  it('drops what cannot be written, and goes on', async () => {
    const readOnly = openSync(file, 'r')
    const writer = new LineWriter(readOnly)
    writer.write('lost\n')
    await writer.flush()
    writer.write('lost too\n')
    await writer.flush()
    closeSync(readOnly)
    expect(readFileSync(file, 'utf8')).toBe('')
  })
})

describe('the archive', () => {
  it('stops in order although nobody reads its log', async () => {
    await using archive = await startArchive()
    archive.child.stderr?.destroy()
    expect(await archive.stop()).toBe(0)
  })
})
