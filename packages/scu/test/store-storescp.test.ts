import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseFileMeta } from '@dcm/dataset'
import { associate, InstanceError, openPart10 } from '@dcm/scu'
import { tcp } from '@dcm/transport-tcp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PeerProgram } from './dcmtk.ts'
import { samples } from './samples.ts'

/** They have no file meta, nothing in them says what they are, or they are cut. */
const notSent = [
  'ExplVR_LitEndNoMeta.dcm',
  'meta_missing_tsyntax.dcm',
  'no_meta.dcm',
  'nested_priv_SQ.dcm',
  'empty_charset_LEI.dcm',
  'rtstruct.dcm',
  'MR_truncated.dcm',
]

/** What storescp of DCMTK 3.6.7 has never heard of. */
const notTaken: Readonly<Record<string, string>> = {
  'HTJ2KLossless_08_RGB.dcm': 'DCM_TRANSFER_SYNTAX_NOT_ACCEPTED',
  'liver_deflated_frames.dcm': 'DCM_TRANSFER_SYNTAX_NOT_ACCEPTED',
  'palette_hotiron.dcm': 'DCM_CONTEXT_NOT_ACCEPTED',
}

describe('C-STORE to storescp', () => {
  let storescp: PeerProgram
  beforeAll(async () => {
    // As they come, each under its own name, unknown SOP classes too.
    storescp = await PeerProgram.start('storescp', (folder, port) => [
      ...['-od', folder, '+B', '+xa', '-pm', '--unique-filenames', String(port)],
    ])
  })
  afterAll(() => storescp[Symbol.asyncDispose]())

  it.each(samples.map((path) => [basename(path), path]))('keeps %s byte for byte', async (name, path) => {
    if (notSent.includes(name)) {
      await expect(openPart10(path)).rejects.toBeInstanceOf(InstanceError)
      return
    }
    await using file = await openPart10(path)
    await using association = await associate({
      to: storescp.to,
      transport: tcp(),
      callingAeTitle: 'DCM',
      calledAeTitle: 'STORESCP',
      instances: [file],
    })
    const code = notTaken[name]
    if (code !== undefined) {
      await expect(association.store(path)).rejects.toMatchObject({ code })
      return
    }
    const before = new Set(await readdir(storescp.folder))
    expect(await association.store(path)).toMatchObject({ type: 'C-STORE-RSP', status: 0 })
    await association.release()
    const [stored] = (await readdir(storescp.folder)).filter((each) => !before.has(each))
    const kept = await readFile(join(storescp.folder, stored ?? 'nothing'))
    expect(dataSetOf(kept).equals(evenly(dataSetOf(await readFile(path))))).toBe(true)
  })
})

function dataSetOf(file: Buffer): Buffer {
  const parsed = parseFileMeta(file)
  if (parsed.type !== 'file-meta') throw new Error(parsed.type)
  return file.subarray(parsed.dataSetOffset)
}

/** A deflated data set may have an odd length in a file, not in a message. */
function evenly(dataSet: Buffer): Buffer {
  return Buffer.concat([dataSet, new Uint8Array(dataSet.length % 2)])
}
