import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeFolders } from '../src/file-store/make-folders.ts'
import { RecordingFileSystem } from './recording-file-system.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()

it('makes what is missing, and says where that began', async () => {
  const fileSystem = new RecordingFileSystem()
  const deep = join(folder.path, 'a', 'b', 'c')
  expect(await makeFolders(fileSystem, deep)).toBe(join(folder.path, 'a'))
  expect(await makeFolders(fileSystem, deep)).toBeUndefined()
  expect(await makeFolders(fileSystem, join(deep, 'd'))).toBe(join(deep, 'd'))
  expect(await readdir(deep)).toEqual(['d'])
})

it('makes one folder for all who ask at once', async () => {
  const fileSystem = new RecordingFileSystem()
  const deep = join(folder.path, 'a', 'b')
  await Promise.all(Array.from({ length: 8 }, () => makeFolders(fileSystem, deep)))
  expect(await readdir(join(folder.path, 'a'))).toEqual(['b'])
})

it('takes a link to a folder', async () => {
  await mkdir(join(folder.path, 'disk'))
  await symlink(join(folder.path, 'disk'), join(folder.path, 'link'))
  await makeFolders(new RecordingFileSystem(), join(folder.path, 'link', 'store'))
  expect(await readdir(join(folder.path, 'disk'))).toEqual(['store'])
})

it.each<['ENOENT' | 'EROFS' | 'EACCES', string]>([
  ['ENOENT', 'a file system that has no such folder, although it has the one above'],
  ['EROFS', 'a read-only file system'],
  ['EACCES', 'a folder of somebody else'],
])('says %s for %s', async (errno) => {
  const fileSystem = new RecordingFileSystem()
  fileSystem.failing = () => errno
  await expect(makeFolders(fileSystem, join(folder.path, 'a', 'b'))).rejects.toMatchObject({ code: errno })
})

it('does not take a file, nor a link to nothing, for a folder', async () => {
  const fileSystem = new RecordingFileSystem()
  await writeFile(join(folder.path, 'file'), '')
  await symlink(join(folder.path, 'nowhere'), join(folder.path, 'dangling'))
  await expect(makeFolders(fileSystem, join(folder.path, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeFolders(fileSystem, join(folder.path, 'dangling'))).rejects.toMatchObject({
    code: 'EEXIST',
  })
  await expect(makeFolders(fileSystem, join(folder.path, 'file', 'x'))).rejects.toMatchObject({
    code: 'ENOTDIR',
  })
})
