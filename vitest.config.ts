import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { defineConfig } from 'vitest/config'
import type { Reporter } from 'vitest/node'

// Tests read the packages' TypeScript sources; DCM_TEST_DIST=1 tests what tsup built.
const source = process.env.DCM_TEST_DIST ? [] : ['@dcm/source']

/** Closes a run with one plain line of totals, which CI counts. */
const totals: Reporter = {
  onTestRunEnd(modules) {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state]++
      if (module.state() === 'failed' && module.errors().length > 0) count.failed++
    }
    console.log(
      `tests: ${String(count.passed)} passed, ${String(count.failed)} failed, ${String(count.skipped)} skipped`,
    )
  },
}

const projects = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => existsSync(`${folder}/${name}/package.json`))
    .map((name) => ({
      extends: true as const,
      test: { name, root: `${folder}/${name}`, include: ['test/**/*.test.ts'] },
    })),
)

export default defineConfig({
  ssr: { resolve: { conditions: [...source, 'module', 'node', 'development|production'] } },
  test: {
    reporters: ['default', totals],
    isolate: false,
    setupFiles: [resolve('scripts/property-seed.js')],
    // Bounds for a run that hangs, far above what any test needs.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: '100%',
    projects,
    coverage: {
      provider: 'v8',
      include: ['**/src/**/*.ts'],
      reporter: ['text', 'lcov'],
    },
  },
})
