import { defineConfig } from 'vitest/config'
import { chosen, wanted } from './test/chaos/faults.ts'
import { FIGURES } from './test/chaos/figure.ts'

const long = 'test/**/*.long.test.ts'
const chaos = 'test/chaos/*.chaos.test.ts'
/** Rooms and commands whose files take seconds each. */
const heavy = [
  'test/rooms/{bank,books,bulk,commission,commission-cuts,content,credit-notes,figures,insight-cohorts,insight-counted,insight-daily,insight-kpi,insight-longer}.test.ts',
  'test/rooms/{journal-kill,ledger,ledger-model,links,messages,missions,offers,orders,orders-facts,payer,payouts,payouts-stripe,review,review-queue,rights}.test.ts',
  'test/rooms/{messages-digest,messages-mail,people-merge,places,reuse,tallies,tiers-late,trust-set}.test.ts',
  'test/rooms/{looks,media,recognition}.test.ts',
  'test/commands/{access,creator/adopt,dispute,kudos,order/import,profile/connect,rights/evidence,statement}.test.ts',
  'test/commands/{books/close,leave,live,report/month,report/pdf,setup/program,submit,team/invite}.test.ts',
  'test/commands/{broadcast/send,newsletter/set,payout/bounce,review/duplicates,review/reject,review/undo}.test.ts',
  'test/commands/{reward/decide,reward/held,reward/redeem,season/create,season/end}.test.ts',
  'test/shops/outward.test.ts',
]
const doors = [
  ...heavy,
  'test/doors/**/*.test.ts',
  'test/doctor/*.test.ts',
  'test/platforms/*.test.ts',
  'test/backup/*.test.ts',
  'test/stories/*.test.ts',
  'test/http/*.test.ts',
  'test/security/{routes,rim,secrets,timing}.test.ts',
  'test/jobs/*.test.ts',
  'test/{start,queue,replay,trace,trace-away}.test.ts',
  'test/privacy/{after,back,erase,many,names,rest}.test.ts',
  'test/simulation/seeds/same.test.ts',
  'test/db/{crowd,embedded,granted,settings,tls}.test.ts',
  'test/**/*.chromium.test.ts',
]

/** A file that is named is run, whichever run it belongs to. */
const named = process.argv.some((word) => word.endsWith('.test.ts'))

/** What `npm test` runs, and what has a run of its own: stories, jobs, backups and doors, over real clients, servers and a real browser, what takes minutes, and what breaks on purpose. */
const runs: Record<string, { include: string[]; exclude: string[] }> = {
  test: { include: ['test/**/*.test.ts'], exclude: named ? [chaos] : [long, chaos, ...doors] },
  doors: { include: doors, exclude: [long] },
  long: { include: [long], exclude: [] },
  chaos: { include: chosen(wanted()).include, exclude: [] },
}

/** Of the files that hold proofs, the proofs alone. */
const onlyProofs = {
  testNamePattern: chosen(wanted()).pattern,
  reporters: ['default', './test/chaos/report.ts'],
  env: { CHAOS_FIGURES: FIGURES, TEST_KILLS: process.env.TEST_KILLS ?? '60' },
}

export default defineConfig(({ mode }) => ({
  test: {
    ...(runs[mode] ?? runs.test),
    globalSetup: ['test/setup.ts'],
    ...(mode === 'chaos' ? onlyProofs : {}),
    testTimeout: mode === 'chaos' ? 120_000 : 30_000,
    hookTimeout: mode === 'chaos' ? 120_000 : 60_000,
    pool: 'forks',
    // Files share their worker's modules: nothing of ours keeps state in a module but answers of pure functions, and loading them anew
    // took a third of the run. Where memory is measured, and processes are killed, each file has a worker of its own.
    isolate: mode === 'chaos',
    // A run of one file otherwise spends most of its time on reading a thousand others.
    experimental: { fsModuleCache: true },
    // Two, for each has a browser, a server and a database beside it, and tests of seconds must mean them; what breaks on purpose is alone.
    maxWorkers: mode === 'chaos' ? 1 : 2,
  },
}))
