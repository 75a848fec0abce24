// From `npm start` on a warm install to the first answer of /health, for an existing program on the embedded database.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../src/root.ts'
import { type Bench, percentile } from './side-by-side.ts'

export const bench: Bench = async ({ short }) => {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-start-'))
  const first = await startOnce(folder)
  const again: number[] = []
  for (let i = 0; i < (short ? 3 : 9); i++) again.push(await startOnce(folder))
  rmSync(folder, { recursive: true, force: true })
  const median = percentile(again, 0.5)
  return {
    name: 'start',
    claim: 'start to ready from a warm install',
    main: 'later starts, median ms',
    passed: median < 10_000,
    gates: { 'ready within 10 s': median < 10_000 },
    figures: { 'first start with the demo seeded, ms': first, 'later starts, median ms': median, 'each, ms': again },
    rounds: { 'first, then later ones, ms': [first, ...again] },
  }
}

/** Milliseconds until /health says that all is well; stops it again with SIGTERM. */
async function startOnce(folder: string): Promise<number> {
  const port = 20_000 + (process.pid % 20_000)
  const began = performance.now()
  const child = spawn(process.execPath, ['start.mjs'], {
    cwd: projectRoot,
    env: { ...environment(), DATA_DIR: folder, PORT: String(port) },
    stdio: 'ignore',
  })
  const gone = once(child, 'exit')
  let took = Number.NaN
  while (Number.isNaN(took) && child.exitCode === null && performance.now() - began < 120_000) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)
    if (answer?.ok) took = performance.now() - began
    else await new Promise((resolve) => setTimeout(resolve, 10))
  }
  child.kill('SIGTERM')
  await gone
  if (Number.isNaN(took)) throw new Error('Troupe did not become ready.')
  return took
}

const environment = (): NodeJS.ProcessEnv => ({
  PATH: `${process.execPath.replace(/\/[^/]+$/, '')}:/usr/local/bin:/usr/bin:/bin`,
})
