// Shows that `npx @dcm/cli` works: packs it, and the packages below it, as they are published, installs them with npm in an empty folder,
// and has what npx runs receive a file from itself.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const folder = mkdtempSync(join(tmpdir(), 'dcm-packed-'))
const dcm = join(folder, 'node_modules', '.bin', 'dcm')

try {
  const tarballs = pack(join(folder, 'tarballs'))
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  ran('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...tarballs], folder)
  const names = [...ran(dcm, ['help'], folder).matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name)
  for (const name of names) requireUsage(name)
  await sendToItself()
  console.log(
    `dcm of ${tarballs.length} packed packages: ${names.length} commands load, and a file was sent and received`,
  )
} finally {
  rmSync(folder, { recursive: true })
}

/** Without arguments a command loads, and asks for them. */
function requireUsage(name) {
  const { status, stderr } = spawnSync(dcm, [name], { encoding: 'utf8' })
  if (status !== 2) throw new Error(`dcm ${name}: exit ${status}\n${stderr}`)
}

function pack(destination) {
  ran('pnpm', ['-r', '--filter', '@dcm/cli...', 'pack', '--pack-destination', destination])
  return readdirSync(destination).map((name) => join(destination, name))
}

async function sendToItself() {
  const file = join(folder, 'x.dcm')
  await writeFile(file)
  const line = ['listen', 'STORE@127.0.0.1:0', '--out', join(folder, 'in'), '--max', '1', '--json']
  const listen = spawn(dcm, line, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const told = createInterface({ input: listen.stdout })[Symbol.asyncIterator]()
    const { port } = JSON.parse((await told.next()).value)
    ran(dcm, ['send', `STORE@127.0.0.1:${port}`, file], folder)
    const { location } = JSON.parse((await told.next()).value)
    if (!ran(dcm, ['dump', location], folder).includes('DOE^PACKED')) throw new Error('the file was not kept')
  } finally {
    listen.kill('SIGKILL')
  }
}

async function writeFile(path) {
  const dataset = pathToFileURL(join(folder, 'node_modules', '@dcm', 'dataset', 'dist', 'index.js')).href
  const { encodeDataSet, identifier, writePart10File } = await import(dataset)
  const transferSyntaxUid = '1.2.840.10008.1.2.1'
  const mediaStorageSopClassUid = '1.2.840.10008.5.1.4.1.1.7'
  const keys = { SOPClassUID: mediaStorageSopClassUid, SOPInstanceUID: '2.25.1', PatientName: 'DOE^PACKED' }
  await using handle = await open(path, 'w')
  await writePart10File(
    handle,
    {
      mediaStorageSopClassUid,
      mediaStorageSopInstanceUid: '2.25.1',
      transferSyntaxUid,
      implementationClassUid: '2.25.2',
    },
    [encodeDataSet(identifier(keys), { transferSyntaxUid })],
  )
}

/** What it printed; throws unless it ended well. */
function ran(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', cwd })
  if (status === 0) return stdout
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit ${status}`}\n${stdout}${stderr}`)
}
