// An import of `node:fs`, of its promises or of `node:util` reads every member, and so loads streams, readline and workers too.
const fs = process.getBuiltinModule('node:fs')
const { promisify } = process.getBuiltinModule('node:util')

export const { closeSync, constants, fstatSync } = fs
export const open = promisify(fs.open)
export const read = promisify(fs.read)
export const readdir = promisify(fs.readdir)
export const stat = promisify(fs.stat)
