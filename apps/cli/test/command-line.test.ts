import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dcm, dcmCommand, objects, startDcm } from './dcm.ts'
import { temporaryFolder } from './folder.ts'
import { ran } from './program.ts'
import { runHere } from './run-here.ts'
import { commands } from '../src/commands/index.ts'
import { helpFor } from '../src/help.ts'
import { styleFor } from '../src/terminal/style.ts'

describe('help', () => {
  it('is an overview without arguments, and the exit code says that nothing was done', async () => {
    const { code, stdout } = await dcm()
    expect(code).toBe(2)
    for (const name of [
      'echo',
      'send',
      'find',
      'move',
      'get',
      'listen',
      'commit',
      'dump',
      'certs',
      'completion',
    ]) {
      expect(stdout).toContain(`\n  ${name} `)
    }
  })

  it.each(['echo', 'send', 'find', 'move', 'get', 'listen', 'commit', 'dump', 'certs', 'completion'])(
    'of %s has options and examples',
    async (name) => {
      const { code, stdout } = await runHere(name, '--help')
      expect(code).toBe(0)
      expect(stdout).toMatch(new RegExp(`^dcm ${name}: .*\n\nUsage: dcm ${name} `))
      expect(stdout).toContain('--json')
      expect(stdout).toContain(`\n  dcm ${name} `)
      expect(stdout).not.toContain('\u001b')
    },
  )

  it('has no line longer than a terminal, but for those to copy', async () => {
    const { stdout: overview } = await runHere('help')
    const names = [...overview.matchAll(/^ {2}(\w+) {2}/gm)].map(([, name = '']) => name)
    expect(names).toHaveLength(10)
    const pages = await Promise.all(names.map((name) => runHere(name, '--help')))
    const lines = [overview, ...pages.map(({ stdout }) => stdout)].flatMap((page) => page.split('\n'))
    expect(lines.filter((line) => line.length > 80 && !line.startsWith('  dcm '))).toEqual([])
  })

  it.each(commands)('of $name is read on a narrow terminal, too', (command) => {
    const page = helpFor(command, { style: styleFor(false, {}), columns: 40 })
    const lines = page.split('\n').slice(1)
    expect(lines.filter((line) => line.length > 40 && !line.startsWith('  dcm '))).toEqual([])
    expect(page).toMatch(/print JSON for programs:/)
  })

  it('says its version', async () => {
    expect((await dcm('--version')).stdout).toMatch(/^dcm \d+\.\d+\.\d+, Node\.js \d+/)
  })
})

it.each(['18.20.8', '20.20.2', '22.12.0'])('says that Node.js %s is too old', async (version) => {
  const old = `Object.defineProperty(process,"versions",{value:{...process.versions,node:"${version}"}})`
  const options = { NODE_OPTIONS: `--import=${dataUrl(old)}` }
  const { code, stdout, stderr } = await startDcm(['--version'], options).ended
  expect(stderr).toBe(`dcm: Node.js ${version} is too old for dcm; install 22.13 or a newer one.\n`)
  expect(stdout).toBe('')
  expect(code).toBe(2)
})

function dataUrl(script: string): string {
  return `data:text/javascript,${encodeURIComponent(script)}`
}

describe('a wrong command line', () => {
  it.each([
    [['ehco'], 'There is no command "ehco"; did you mean dcm echo?'],
    [['frobnicate'], 'There is no command "frobnicate"; dcm --help lists them.'],
    [['constructor'], 'There is no command "constructor"'],
    [['echo'], 'Which peer? Write AE@host:port, or a name of the configuration.'],
    [['echo', 'archive'], 'There is no peer "archive"; write AE@host:port, or name it in the configuration.'],
    [['echo', 'A@h:1', 'B@h:1'], 'dcm echo takes one peer.'],
    [['echo', 'A@h:1', '--tiemout', '3'], 'There is no option --tiemout; did you mean --timeout?'],
    [['echo', 'A@h:1', '--count'], "Option '-n, --count <value>' argument missing."],
    [['echo', 'A@h:1', '--count', 'many'], '--count takes a whole number from 1 to 1000000, not "many".'],
    [['echo', 'A@h:1', '--timeout', '0'], '--timeout takes seconds from 0.001 to 86400, not "0".'],
    [['echo', 'A@h:1', '--aet', 'SEVENTEEN_LETTERS'], '"SEVENTEEN_LETTERS" cannot be our AE title'],
    [['echo', 'A@h:1', '--tls-ca', 'x'], '--tls-… options need +tls behind the address: AE@host:port+tls.'],
    [['echo', 'A@h:1+tls'], 'TLS needs the certificate of the CA that is believed: give --tls-ca FILE.'],
    [['echo', 'A@h:1+site'], 'There is no security profile "site"; there are tls, iscl.'],
    [['echo', 'A@h:1+iscl'], 'ISCL needs a key file and our identity'],
    [['echo', 'A@h:1', '--passcode-file', 'x'], '--passcode-file goes with --user NAME.'],
    [['echo', 'A@h:1', '--config', '/nonexistent'], 'The configuration /nonexistent cannot be read'],
    [['send', 'A@h:1'], 'What is to be sent?'],
    [
      ['find', 'A@h:1', 'PatinetName=X'],
      'There is no attribute "PatinetName"; write a keyword such as PatientName',
    ],
    [['find', 'A@h:1', 'PatientName.Modality=CT'], 'PatientName is no sequence'],
    [
      ['find', 'A@h:1', 'ScheduledProcedureStepSequence=CT'],
      'ScheduledProcedureStepSequence is a sequence; write',
    ],
    // A variable of a script that is empty is no wish for everything.
    [
      ['get', 'A@h:1', 'StudyInstanceUID='],
      'StudyInstanceUID has no value; say what is meant with StudyInstanceUID=VALUE.',
    ],
    [['move', 'A@h:1', 'ME', 'PatientID=1', 'StudyInstanceUID'], 'StudyInstanceUID has no value'],
    [['find', 'A@h:1', 'Rows=many'], 'Rows holds a number, not "many".'],
    [
      ['find', 'A@h:1', '--model', 'tree'],
      '--model takes study, patient, worklist or patient-study-only, not "tree".',
    ],
    [['find', 'A@h:1', '--level', 'patient'], 'The study model begins at the study'],
    [['find', 'A@h:1', '-m', 'worklist', '-l', 'study'], 'The worklist has no levels'],
    [['move', 'A@h:1'], 'Where to?'],
    [['move', 'A@h:1', ' ME '], 'What is to be moved?'],
    [['move', 'A@h:1', 'ME'], 'What is to be moved?'],
    [['get', 'A@h:1'], 'What is to be retrieved?'],
    [['commit', 'A@h:1'], 'Commitment of what?'],
    [['listen'], 'dcm listen takes one address: AE@[HOST]:PORT.'],
    [['dump'], 'What is to be dumped?'],
    [
      ['certs', 'server', 'x'],
      'A server is called by a name or address, which its certificate holds; give --host HOST.',
    ],
    [['certs', 'client', '../x'], 'dcm certs client takes one name of letters, digits'],
    [['completion', 'fish'], 'Completion for which shell?'],
  ])('%j is answered in a sentence, and 2', async (line, sentence) => {
    const { code, stdout, stderr } = await runHere(...line)
    expect(stderr).toContain(`dcm: ${sentence}`)
    expect(stderr.trimEnd()).not.toContain('\n')
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  it('is an object for programs too', async () => {
    const outcome = await runHere('echo', 'archive', '--json')
    expect(objects(outcome)).toEqual([
      {
        type: 'error',
        code: 'DCM_USAGE',
        exitCode: 2,
        message: expect.stringContaining('no peer "archive"') as string,
      },
    ])
  })

  it('cannot write on the terminal by what is in it', async () => {
    const { stderr } = await runHere('echo', '\u001b[2J\nX')
    expect(stderr).toContain('\\u{1b}[2J\\u{a}X')
    expect(stderr).not.toContain('\u001b')
  })
})

it('that is wrong is told on standard error where the object for programs has no room', async () => {
  const { code, stderr } = await ran('sh', '-c', '"$0" "$@" > /dev/full', ...dcmCommand, 'ehco', '--json')
  expect(stderr).toBe('dcm: There is no command "ehco"; did you mean dcm echo?\n')
  expect(code).toBe(2)
})

it.each([
  ['@dcm/scu', 'echo', 70, 'Something unforeseen: no @dcm/scu; dcm may not be installed whole.'],
  ['@dcm/scu', 'ehco', 2, 'There is no command "ehco"; did you mean dcm echo?'],
  ['@dcm/transport-tcp', 'echo', 70, 'Something unforeseen: no @dcm/transport-tcp; please report it.'],
])(
  'when %s cannot be loaded, dcm %s ends with %i and a sentence',
  async (missing, name, exitCode, sentence) => {
    const hooks = `export const resolve = (name, context, next) => {
    if (name === "${missing}") throw new Error("no " + name)
    return next(name, context)
  }`
    const register = `import { register } from "node:module"; register(${JSON.stringify(dataUrl(hooks))})`
    const options = { NODE_OPTIONS: `--import=${dataUrl(register)}` }
    const { code, stderr } = await startDcm([name, 'A@127.0.0.1:1'], options).ended
    expect(stderr).toBe(`dcm: ${sentence}\n`)
    expect(code).toBe(exitCode)
  },
)

describe('the configuration', () => {
  it('gives peers names, and our AE title; the environment says where it is', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'config.json')
    await writeFile(path, JSON.stringify({ peers: { archive: 'ARCHIVE@127.0.0.1:1', ct: 'CT@127.0.0.1:2' } }))
    expect((await startDcm(['completion', 'peers'], { DCM_CONFIG: path }).ended).stdout).toBe('archive\nct\n')
    const { code, stderr } = await startDcm(['echo', 'archive'], { DCM_CONFIG: path }).ended
    expect(stderr).toContain('ARCHIVE@127.0.0.1:1 refused the connection')
    expect(code).toBe(3)
    expect((await startDcm(['echo', 'mr'], { DCM_CONFIG: path }).ended).stderr).toContain(
      'one of archive, ct',
    )
  })

  it('is found in the folder of the user', async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'dcm'))
    await writeFile(join(folder.path, 'dcm', 'config.json'), '{"peers":{"mine":"A@h:1"}}')
    const { stdout } = await startDcm(['completion', 'peers'], { XDG_CONFIG_HOME: folder.path }).ended
    expect(stdout).toBe('mine\n')
  })
})
