import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Files share their worker's modules: nothing of ours keeps state in a module, and loading them anew took a third of the run.
    isolate: false,
    // Two, for each has a browser, a server and a database beside it, and tests of seconds must mean them.
    maxWorkers: 2,
  },
})
