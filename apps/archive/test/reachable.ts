import { dcmtk } from './program.ts'

/** Resolves when somebody listens, whatever it speaks. */
export async function reachable(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const { output } = await dcmtk('echoscu', '127.0.0.1', String(port))
    if (!/refused/i.test(output)) return
  }
  throw new Error(`nobody listens on ${String(port)}`)
}
