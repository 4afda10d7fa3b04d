import { PassThrough, Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { AssociationEndedMessage, Peer } from '@dcm/scp'
import { InstanceError, type SendResult, type SendSummary } from '@dcm/scu'
import { tcp } from '@dcm/transport-tcp'
import { printDataSet } from '../src/dumping/print-data-set.ts'
import { csvPrinter } from '../src/queries/match-printer.ts'
import { Reception } from '../src/receiving/reception.ts'
import { run } from '../src/run.ts'
import { SendReport } from '../src/sending/send-report.ts'
import { duration, megabytes } from '../src/terminal/amounts.ts'
import { displayWidth, fitted } from '../src/terminal/display-width.ts'
import { ProgressBar } from '../src/terminal/progress-bar.ts'
import { safeField, safeJson, safeText } from '../src/terminal/safe-text.ts'
import { styleFor } from '../src/terminal/style.ts'
import { Table } from '../src/terminal/table.ts'
import { Terminal } from '../src/terminal/terminal.ts'
import { archiveOfFiles } from './archive-of-files.ts'
import { dicomFilesIn, temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { queryable } from './samples.ts'

const never = new AbortController().signal

interface Screen {
  readonly terminal: Terminal
  readonly out: () => string
  readonly err: () => string
}

function screen(options: {
  readonly tty: boolean
  readonly columns?: number
  readonly json?: boolean
}): Screen {
  const { tty, columns = 80, json = false } = options
  const stream = () =>
    Object.assign(new PassThrough(), { isTTY: tty, columns }) as unknown as NodeJS.WriteStream & PassThrough
  const [stdout, stderr] = [stream(), stream()]
  const terminal = new Terminal({
    stdout,
    stderr,
    environment: {},
    json,
    onClosed: () => undefined,
    signal: never,
  })
  const shown = (of: PassThrough) => () => String((of.read() as Buffer | null) ?? '')
  return { terminal, out: shown(stdout), err: shown(stderr) }
}

describe('text of a peer', () => {
  it.each([
    ['山田^太郎', '山田^太郎'],
    ['red\u001b[31m', 'red\\u{1b}[31m'],
    ['two\nlines\r', 'two\\u{a}lines\\u{d}'],
    ['\u009b31m', '\\u{9b}31m'],
    ['gpj\u202e.exe', 'gpj\\u{202e}.exe'],
    ['half \ud800', 'half \\u{d800}'],
  ])('%j is shown as %s', (text, shown) => {
    expect(safeText(text)).toBe(shown)
  })

  it('says the same in JSON, with nothing in it that moves a cursor', () => {
    const text = 'a\u009b31m\u007f\u202e\u{e0001}é山'
    const json = safeJson(JSON.stringify({ text }))
    expect(json).toBe('{"text":"a\\u009b31m\\u007f\\u202e\\udb40\\udc01é山"}')
    expect(JSON.parse(json)).toEqual({ text })
  })

  it.each([
    ['two\nlines\r\nor three\t', 'two\nlines\r\nor three\t'],
    ['over\rwritten', 'over\\u{d}written'],
    ['red\u001b[31m\u009b0m', 'red\\u{1b}[31m\\u{9b}0m'],
  ])('%j is %j in a field of CSV', (text, field) => {
    expect(safeField(text)).toBe(field)
  })
})

describe('columns', () => {
  it('counts what is drawn two wide, and what is drawn over another', () => {
    expect(displayWidth('山田')).toBe(4)
    expect(displayWidth('Buc^Jérôme')).toBe(10)
    expect(displayWidth('e\u0301')).toBe(1)
  })

  it('pads and cuts', () => {
    expect(fitted('ab', 4)).toBe('ab  ')
    expect(fitted('7', 3, 'right')).toBe('  7')
    expect(fitted('abcdef', 4)).toBe('abc…')
    expect(fitted('山田太郎', 6)).toBe('山田… ')
  })
})

describe('a table', () => {
  it('is as wide as its cells, and no wider than the terminal', async () => {
    const { terminal, out } = screen({ tty: true, columns: 30 })
    const table = new Table([{ title: 'Name' }, { title: 'n', align: 'right' }], terminal)
    await table.row(['a name of more columns than there are', '7'])
    await table.end()
    expect(out().split('\n').map(stripVTControlCharacters)).toEqual([
      'Name                         n',
      'a name of more columns tha…  7',
      '',
    ])
  })

  it('has a line for each cell where the terminal is too narrow for its columns', async () => {
    const { terminal, out } = screen({ tty: true, columns: 40 })
    const titles = ['PatientName', 'PatientID', 'StudyDate', 'Modalities', 'StudyInstanceUID']
    const table = new Table(
      titles.map((title) => ({ title })),
      terminal,
    )
    await table.row(['山田^太郎', '4711', '2026-01-01', '', '1.2.3'])
    await table.end()
    expect(stripVTControlCharacters(out()).split('\n')).toEqual([
      'PatientName       山田^太郎',
      'PatientID         4711',
      'StudyDate         2026-01-01',
      'StudyInstanceUID  1.2.3',
      '',
      '',
    ])
  })

  it('tells a date whole, where it cuts other cells', async () => {
    const { terminal, out } = screen({ tty: true, columns: 30 })
    const table = new Table([{ title: 'StudyDate' }, { title: 'StudyInstanceUID' }], terminal)
    await table.row(['2026-01-01', '1.2.840.113619.2.55.3.604688119'])
    await table.row(['2026-01-02', '1.2'])
    await table.end()
    expect(stripVTControlCharacters(out()).split('\n').slice(1, 3)).toEqual([
      '2026-01-01  1.2.840.113619.2.…',
      '2026-01-02  1.2',
    ])
    const narrow = screen({ tty: true, columns: 20 })
    const stacked = new Table([{ title: 'StudyDate' }, { title: 'StudyInstanceUID' }], narrow.terminal)
    await stacked.row(['2026-01-01', '1.2.840'])
    await stacked.end()
    expect(stripVTControlCharacters(narrow.out())).toContain('StudyDate         2026-01-01\n')
  })

  it('is as wide as it needs to be on a terminal that does not know its columns', async () => {
    const { terminal, out } = screen({ tty: true, columns: 0 })
    const table = new Table([{ title: 'Name' }], terminal)
    await table.row(['a name of some length'])
    await table.end()
    expect(stripVTControlCharacters(out())).toBe('Name\na name of some length\n')
  })

  it('streams once the first rows have said how wide it is', async () => {
    const { terminal, out } = screen({ tty: false })
    const table = new Table([{ title: 'Name' }], terminal)
    for (let row = 0; row < 99; row++) await table.row(['abcdef'])
    expect(out()).toBe('')
    await table.row(['abcdef'])
    await table.row(['longer than before'])
    expect(out().split('\n').slice(-3)).toEqual(['abcdef', 'longe…', ''])
  })
})

describe('an element of a dump', () => {
  it.each([
    [80, '(0010,0010) PN PatientName                       山田^太郎^一二三四五六七八九十…'],
    [40, '(0010,0010) PN PatientName  山田^太郎^…'],
    [20, '(0010,0010) PN PatientName  山田^太…'],
  ])('fits a terminal of %d columns, if its name does', async (columns, line) => {
    const { terminal, out } = screen({ tty: true, columns })
    const name = { Alphabetic: '山田^太郎^一二三四五六七八九十一二三四五六七八九十' }
    await printDataSet({ '00100010': { vr: 'PN', Value: [name] } }, terminal, never)
    expect(stripVTControlCharacters(out())).toBe(`${line}\n`)
  })

  it('is not printed any more once the user has enough', async () => {
    const { terminal, out } = screen({ tty: false })
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    const dataSet = { '00100020': { vr: 'LO', Value: ['4711'] } }
    await expect(printDataSet(dataSet, terminal, stop.signal)).rejects.toThrow('enough')
    expect(out()).toBe('')
  })
})

describe('a reader', () => {
  /** One who has what was printed only when it is told so. */
  function slowReader(signal = never) {
    const written: (() => void)[] = []
    const stdout = new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, done) {
        written.push(done)
      },
    })
    const stderr = new PassThrough()
    const streams = { stdout, stderr } as unknown as Record<'stdout' | 'stderr', NodeJS.WriteStream>
    const options = { ...streams, environment: {}, json: false, onClosed: () => undefined, signal }
    return { terminal: new Terminal(options), stdout, read: () => written.shift()?.() }
  }

  it('is waited for, by all that print at once with one listener', async () => {
    const { terminal, stdout, read } = slowReader()
    const lines = Array.from({ length: 20 }, () => terminal.line('x'))
    expect(stdout.listenerCount('drain')).toBe(1)
    expect(stdout.listenerCount('close')).toBe(1)
    while (stdout.writableLength > 0) {
      read()
      await setImmediate()
    }
    await Promise.all(lines)
    expect(stdout.listenerCount('drain')).toBe(0)
    expect(stdout.listenerCount('close')).toBe(0)
  })

  it('that reads no more is not waited for once the user has enough', async () => {
    const stop = new AbortController()
    const { terminal } = slowReader(stop.signal)
    const line = terminal.line('x')
    stop.abort()
    await line
    await terminal.line('y')
  })

  it('who leaves, and a signal, are heard of while much is printed', async () => {
    const { terminal } = screen({ tty: false })
    const heard = setImmediate()
    let isHeard = false
    void heard.then(() => {
      isHeard = true
    })
    for (let line = 0; line < 1024; line++) await terminal.line('x'.repeat(64))
    expect(isHeard).toBe(true)
  })
})

describe('a line that the next one replaces', () => {
  it('is no longer than the terminal is wide: what wraps could not be taken away', () => {
    const { terminal, err } = screen({ tty: true, columns: 20 })
    terminal.transient('waiting for 山田 and many others')
    expect(err()).toBe('waiting for 山田 an…')
  })
})

describe('a full disk', () => {
  const failure = { code: 'DCM_OUTPUT_FAILED', exitCode: 8 }

  function fullTerminal(json: boolean) {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    const stdout = new Writable({
      write(_chunk, _encoding, done) {
        done(full)
      },
    }) as unknown as NodeJS.WriteStream
    const stderr = new PassThrough() as unknown as NodeJS.WriteStream & PassThrough
    const options = { stdout, stderr, environment: {}, json, onClosed: expect.unreachable, signal: never }
    return { terminal: new Terminal(options), err: () => String(stderr.read()) }
  }

  async function receivedOne(json: boolean) {
    const { terminal, err } = fullTerminal(json)
    const reception = new Reception(terminal, { eachObject: false, directory: '/x' })
    const object = { sopClassUid: '1.2', sopInstanceUid: '1.3', transferSyntaxUid: '1.4', location: '/x' }
    const peer = { associationId: 1, callingAeTitle: 'A' } as Peer
    await reception.kept({ ...object, callingAeTitle: 'A', bytes: 1 }, peer)
    return { reception, peer, err }
  }

  // In each of these, a promise that nobody handles would end the program with a stack trace.
  it('is told when the report of a sending is done', async () => {
    const { terminal } = fullTerminal(true)
    const report = new SendReport({ terminal, peer: 'A@b:1', verbose: false, named: [] })
    report.event({ type: 'planned', files: 1, bytes: 1, associations: 1 })
    await setImmediate()
    const summary = { files: 1, stored: 1, storedBytes: 1, elapsedMs: 1, rows: [] }
    await expect(report.summary(summary as unknown as SendSummary)).rejects.toMatchObject(failure)
  })

  it('is told with the first match', async () => {
    const printer = csvPrinter([{ path: ['PatientID'], value: '' }], fullTerminal(false).terminal)
    await setImmediate()
    await expect(printer.match({})).rejects.toMatchObject(failure)
  })

  it('is told to who watches while objects are received, and refuses none', async () => {
    const { err } = await receivedOne(true)
    expect(err()).toBe('What is printed cannot be written: the disk is full; free some space.\n')
  })

  it('is told when an association has ended', async () => {
    const { reception, peer, err } = await receivedOne(false)
    const ended = { peer, end: { kind: 'released' }, failed: 0, durationMs: 1 }
    reception.ended(ended as unknown as AssociationEndedMessage)
    await setImmediate()
    expect(err()).toBe('What is printed cannot be written: the disk is full; free some space.\n')
  })

  it('is told once by dcm move --listen, which keeps all objects, and by its exit code', async () => {
    const { terminal, err } = fullTerminal(false)
    const port = await freePort()
    const destination = { address: { host: '127.0.0.1', port }, transport: tcp() }
    await using archive = await archiveOfFiles(queryable, destination)
    await using folder = await temporaryFolder()
    const line = ['move', archive.to, 'ME', '-m', 'patient', 'PatientID=1', '--listen', String(port)]
    const environment = { XDG_CONFIG_HOME: '/nonexistent' }
    const { signal } = new AbortController()
    const code = await run([...line, '-o', folder.path], { terminal, environment, signal })
    expect(err()).toMatch(
      /^(dcm: )?What is printed cannot be written: the disk is full; free some space\.\n$/,
    )
    expect(code).toBe(8)
    expect(await dicomFilesIn(folder.path)).toHaveLength(queryable.length)
  })

  it('is told once, and by the exit code', async () => {
    const { terminal } = fullTerminal(false)
    await expect(terminal.line('x')).rejects.toMatchObject({ code: 'DCM_OUTPUT_FAILED', exitCode: 8 })
    await expect(terminal.line('x')).resolves.toBeUndefined()
  })
})

describe('what is said of a file', () => {
  function reported(result: Partial<SendResult>) {
    const { terminal, err } = screen({ tty: false })
    const report = new SendReport({ terminal, peer: 'A@b:1', verbose: false, named: [] })
    report.event({ type: 'result', result: { path: '/x', outcome: 'unreadable', attempts: 0, ...result } })
    return { bad: report.bad, said: err() }
  }
  const because = (path: string, code: string) => {
    const cause = Object.assign(new Error(`${code}: no`), { code, syscall: 'open', path })
    return new InstanceError('DCM_INSTANCE_UNREADABLE', `${path} cannot be read`, { cause })
  }

  it.each([
    ['/x', 'EACCES', '/x may not be used by this user; change its permissions, or run as who may.'],
    ['/\ufffd', 'ENOENT', '/\ufffd cannot be found: its name is not UTF-8; rename it.'],
    ['/x', 'EIO', '/x cannot be used (EIO: no); check the path and who may use it.'],
  ])('%s that cannot be read, %s, is what to do', (path, code, sentence) => {
    expect(reported({ path, error: because(path, code) })).toEqual({ bad: 1, said: `✗ ${sentence}\n` })
  })

  it('that has no DICOM is nothing, unless it had some when it was looked at', () => {
    const error = new InstanceError('DCM_INSTANCE_NOT_PART10', '/x is no Part 10 file')
    expect(reported({ outcome: 'not-dicom', error })).toEqual({ bad: 0, said: '' })
    expect(reported({ outcome: 'not-dicom', error, sopClassUid: '1.2.3' })).toEqual({
      bad: 1,
      said: '✗ /x is no Part 10 file\n',
    })
  })
})

describe('a bar', () => {
  it('is drawn for who watches, and taken away', () => {
    const { terminal, err } = screen({ tty: true })
    const bar = new ProgressBar(terminal, 1000)
    bar.advance(500, '1/2 files')
    expect(err()).toMatch(/█+.*░+.* 50% {2}1\/2 files {2}.*\/s {2}.* left$/u)
    terminal.note('a line between')
    expect(err()).toMatch(/a line between\n.*50%/u)
    bar.end()
    expect(err()).toBe('\r\u001b[2K')
  })

  it('has no time left, and none below, when what was sent again counts twice', () => {
    const { terminal, err } = screen({ tty: true })
    new ProgressBar(terminal, 1000).advance(1500, '1/2 files')
    expect(err()).toMatch(/ 100% {2}1\/2 files {2}.*\/s {2}0\.0 s left$/u)
  })

  it('counts the files that are to be sent, not those that a look was enough for', () => {
    const { terminal, err } = screen({ tty: true })
    const report = new SendReport({ terminal, peer: 'A@b:1', verbose: false, named: [] })
    const result = { path: '/x', bytes: 1, attempts: 1 } as const
    report.event({ type: 'result', result: { ...result, outcome: 'not-dicom' } })
    report.event({ type: 'result', result: { ...result, outcome: 'stored-before' } })
    report.event({ type: 'planned', files: 2, bytes: 2, associations: 1 })
    report.event({ type: 'result', result: { ...result, outcome: 'stored' } })
    expect(err()).toMatch(/ {2}1\/2 files {2}/u)
  })

  it('is no longer than the terminal is wide', () => {
    const { terminal, err } = screen({ tty: true, columns: 40 })
    new ProgressBar(terminal, 1000).advance(500, '1/2 files')
    expect(err()).toMatch(/50%$/u)
  })

  it.each([{ tty: false }, { tty: true, json: true }])('is not for %j', (options) => {
    expect(screen(options).terminal.interactive).toBe(false)
  })
})

describe('colours', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '0' }, false],
  ])('on a terminal: %s, with %j: %s', (tty, environment, coloured) => {
    expect(styleFor(tty, environment).bad('x') !== 'x').toBe(coloured)
  })
})

describe('amounts', () => {
  it('are read at a glance', () => {
    expect([1000 / 3, 999.7].map(megabytes)).toEqual(['333 B', '1.0 kB'])
    expect([999, 12_600, 12_600_000, 1_073_741_824].map(megabytes)).toEqual([
      '999 B',
      '12.6 kB',
      '12.6 MB',
      '1.07 GB',
    ])
    expect([400, 12_345, 187_000, 7_450_000].map(duration)).toEqual(['0.4 s', '12 s', '3:07', '2:04:10'])
  })
})
