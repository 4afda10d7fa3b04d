import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { filesIn } from '@dcm/scu'
import { afterAll, beforeAll, expect, it } from 'vitest'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dcm-walk-'))
  await mkdir(join(root, 'a', 'b', 'c'), { recursive: true })
  for (const name of ['1', 'b/2', 'b/c/3']) await writeFile(join(root, 'a', name), '')
  await symlink(join(root, 'a', '1'), join(root, 'a', 'link'))
  await symlink(join(root, 'a'), join(root, 'a', 'b', 'circle'))
  await symlink('nowhere', join(root, 'a', 'b', 'dangling'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function all(files: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = []
  for await (const file of files) found.push(file)
  return found
}

const here = (...parts: readonly string[]): string => [relative('.', root), ...parts].join('/')

// As `path.join(folder, name)` has it.
it.each([
  ['a', () => here('a'), () => here('a')],
  ['a/', () => here('a/'), () => here('a')],
  ['./a', () => `./${here('a')}`, () => here('a')],
  ['.//a//', () => `.//${here('a')}//`, () => here('a')],
  ['a/.', () => here('a/.'), () => here('a')],
  ['a/b/..', () => here('a/b/..'), () => here('a')],
  ['/a', () => join(root, 'a'), () => join(root, 'a')],
  ['//a//', () => `/${join(root, 'a')}//`, () => join(root, 'a')],
])(
  'walks %s, folders where their names stand, and shows paths as they are usual',
  async (_, named, shown) => {
    const found = await all(filesIn([named()], expect.unreachable))
    expect(found).toEqual(['1', 'b/2', 'b/c/3', 'link'].map((name) => `${shown()}/${name}`))
  },
)

it.each([['.'], ['./'], ['./.']])('shows what is in %s by its name alone', async (named) => {
  const found = filesIn([named], expect.unreachable)
  const first = await found.next()
  await found.return(undefined)
  expect(first.value).not.toMatch(/^\.?\//)
})

it('walks the root folder', async () => {
  const found = filesIn(['/'], () => undefined)
  const first = await found.next()
  await found.return(undefined)
  expect(first.value).toMatch(/^\/[^/]/)
})

it('goes on behind a folder that cannot be read', async () => {
  const folder = join(root, 'x')
  await mkdir(join(folder, '2'), { recursive: true })
  for (const name of ['1', '3']) await writeFile(join(folder, name), '')
  const rejected: unknown[] = []
  const found = filesIn([folder], (path, { code }) => rejected.push([path, code]))
  expect(await found.next()).toMatchObject({ value: join(folder, '1') })
  // Its name is known by now.
  await rm(join(folder, '2'), { recursive: true })
  expect(await all(found)).toEqual([join(folder, '3')])
  expect(rejected).toEqual([[join(folder, '2'), 'DCM_INSTANCE_UNREADABLE']])
})

it('ends at a folder that cannot be read where nobody is to be told of it', async () => {
  const folder = join(root, 'y')
  await mkdir(join(folder, '2'), { recursive: true })
  await writeFile(join(folder, '1'), '')
  const found = filesIn(folder)
  await found.next()
  await rm(join(folder, '2'), { recursive: true })
  await expect(found.next()).rejects.toMatchObject({ code: 'DCM_INSTANCE_UNREADABLE' })
})

it('tells of a path that was named and is not there', async () => {
  await expect(all(filesIn([join(root, 'nowhere')], expect.unreachable))).rejects.toMatchObject({
    code: 'DCM_INSTANCE_UNREADABLE',
  })
})
