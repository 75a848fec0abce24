import { defineConfig } from 'vitest/config'

// `npm run test:long` runs what takes minutes, and nothing else.
export default defineConfig(({ mode }) => ({
  test: {
    include: [mode === 'long' ? 'test/**/*.long.test.ts' : 'test/**/*.test.ts'],
    exclude: mode === 'long' ? [] : ['test/**/*.long.test.ts'],
    globalSetup: ['test/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Files share their worker's modules: nothing of ours keeps state in a module, and loading them anew took a third of the run.
    isolate: false,
    // Two, for each has a browser, a server and a database beside it, and tests of seconds must mean them.
    maxWorkers: 2,
  },
}))
