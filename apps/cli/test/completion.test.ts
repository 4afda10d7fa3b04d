import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dcmCommand } from './dcm.ts'
import { temporaryFolder } from './folder.ts'
import { Program } from './program.ts'
import { runHere } from './run-here.ts'

const driver = fileURLToPath(new URL('type-into-shell.zsh', import.meta.url))
const shells = {
  bash: 'bash --norc --noprofile -i',
  zsh: 'zsh -f -i',
} as const

let folder: Awaited<ReturnType<typeof temporaryFolder>>
const file = (...names: string[]): string => join(folder.path, ...names)

beforeAll(async () => {
  folder = await temporaryFolder()
  for (const name of ['bin', 'config', join('config', 'dcm'), 'zsh', 'work', join('work', 'received')]) {
    await mkdir(file(name))
  }
  // Tells what it was called with; the peers are those of the real one.
  const words = String.raw`printf 'ran'; printf ' <%s>' "$@"; echo ' END'`
  const real = dcmCommand.map((word) => `'${word}'`).join(' ')
  await writeFile(
    file('bin', 'dcm'),
    `#!/bin/sh\nif [ "$1 $2" = 'completion peers' ]; then exec ${real} "$@"; fi\n${words}\n`,
  )
  await chmod(file('bin', 'dcm'), 0o755)
  const peers = { archive: 'ARCHIVE@h:1', 'ct room': 'CT@h:2', '$(touch hacked)': 'X@h:3' }
  await writeFile(file('config', 'dcm', 'config.json'), JSON.stringify({ peers }))
  await writeFile(file('work', 'record'), '')
  await writeFile(file('work', 'a scan.dcm'), '')
  await writeFile(file('zsh', '_dcm'), (await runHere('completion', 'zsh')).stdout)
  await writeFile(file('dcm.bash'), (await runHere('completion', 'bash')).stdout)
  await writeFile(file('setup.bash'), `PS1=\ncd '${file('work')}'\nsource '${file('dcm.bash')}'\n`)
  await writeFile(
    file('setup.zsh'),
    `PS1=\ncd '${file('work')}'\nfpath=('${file('zsh')}' $fpath)\nautoload -Uz compinit\ncompinit -u -d '${file('zsh', 'dump')}'\n`,
  )
})

afterAll(async () => {
  await folder[Symbol.asyncDispose]()
})

/** What `dcm` is called with after these keys and Enter, and all that the terminal showed. */
async function typed(shell: keyof typeof shells, keys: string): Promise<{ ran: string; shown: string }> {
  const line = ['-f', driver, shells[shell], file(`setup.${shell}`), `${keys}\n`]
  await using program = new Program('zsh', line, {
    env: {
      PATH: `${file('bin')}:${process.env.PATH ?? ''}`,
      XDG_CONFIG_HOME: file('config'),
      DCM_CONFIG: '',
      TERM: 'dumb',
    },
  })
  const { stdout } = await program.ended
  return { ran: /ran (.*) END/.exec(stdout)?.[1] ?? '', shown: stdout }
}

describe.each(['bash', 'zsh'] as const)('completion in %s', (shell) => {
  it.each([
    ['dcm ec\t', '<echo>'],
    ['dcm find --mod\t', '<find> <--model>'],
    ['dcm find --model work\t', '<find> <--model> <worklist>'],
    ['dcm find --model=work\t', '<find> <--model=worklist>'],
    ['dcm listen --durability f\t', '<listen> <--durability> <fsync>'],
    ['dcm echo arch\t', '<echo> <archive>'],
    ['dcm echo ct\t', '<echo> <ct room>'],
    ['dcm send archive a\t', '<send> <archive> <a scan.dcm>'],
    ['dcm listen --out rec\t', '<listen> <--out> <received>'],
    ['dcm certs cl\t', '<certs> <client>'],
    ['dcm completion z\t', '<completion> <zsh>'],
    [
      'dcm get archive --sop-class CTImageStorage --sop-cl\t',
      '<get> <archive> <--sop-class> <CTImageStorage> <--sop-class>',
    ],
  ])('%j', async (keys, ran) => {
    // zsh takes its slash away again when the line ends; bash does not.
    expect((await typed(shell, keys)).ran.replace('/>', '>')).toBe(ran)
  })

  it('lists what there is, and runs nothing that a peer is called', async () => {
    const { shown } = await typed(shell, 'dcm echo \t\t')
    expect(shown).toContain('archive')
    expect(shown).toContain('touch hacked')
    expect((await typed(shell, 'dcm send archive hack\t')).ran).toBe('<send> <archive> <hack>')
  })
})
