/** Two schedulers at once on a machine whose clock jumps: an hour on and back, a day back, ten years on and back. Needs libfaketime. */
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { enlist } from '../../rooms/shop.ts'
import { type World, world } from '../../world.ts'
import { compiled } from './compiled.ts'

const library = ['x86_64-linux-gnu', 'aarch64-linux-gnu']
  .map((machine) => `/usr/lib/${machine}/faketime/libfaketime.so.1`)
  .find((file) => existsSync(file))
const folder = mkdtempSync(join(tmpdir(), 'troupe-clock-'))
const clock = join(folder, 'now')
const seen: { said: string; place: string; at: string }[] = []
const children: ChildProcess[] = []
let w: World

beforeAll(async () => {
  // Berlin ends summer time on Sunday, 25 October 2026; the Monday after it has a digest and a board.
  w = await world({ now: '2026-10-24T12:00:00Z' })
  for (const name of ['Mia', 'Ben']) await enlist(w, name)
  await w.within((ctx) => ctx.db.creator.updateMany({ data: { decidedAt: ctx.now, termsAt: ctx.now } }))
}, 300_000)
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await w?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Sets the clock of both and waits until each has rung twice by it. */
async function at(moment: string): Promise<void> {
  writeFileSync(clock, `${moment.replace('T', ' ')}\n`)
  await Promise.all(
    children.map(
      (child) =>
        new Promise<void>((resolve) => {
          let rung = 0
          const hear = (told: { rung?: string }): void => {
            if (!told.rung?.startsWith(moment.slice(0, 13)) || ++rung < 2) return
            child.off('message', hear)
            resolve()
          }
          child.on('message', hear)
        }),
    ),
  )
}

test.skipIf(library === undefined)(
  'whatever the clock does, each week has one digest for everybody and one board',
  async () => {
    const file = compiled('clock-process')
    const { PATH, HOME } = process.env
    const faked = {
      LD_PRELOAD: library!,
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      TZ: 'UTC',
    }
    const house = { DATABASE_URL: w.url, PUBLIC_URL: 'https://go.glow.example', DATA_DIR: folder, LOG_LEVEL: 'error' }
    const env = { PATH, HOME, NODE_ENV: 'test', SECRET_KEY: randomBytes(32).toString('base64'), ...house, ...faked }
    writeFileSync(clock, '2026-10-25 20:00:00\n')
    for (let n = 0; n < 2; n++) {
      const child = fork(file, [], { env, execArgv: [] })
      children.push(child)
      child.on('message', (told: { said?: string; place?: string; at?: string }) => {
        if (told.said) seen.push(told as (typeof seen)[number])
      })
      await once(child, 'message')
    }
    // Nine in Berlin is at 08:00 now; the clock goes there, an hour back, on again, a day back and on; then ten years on, and back.
    for (const moment of [
      '2026-10-26T07:30:00',
      '2026-10-26T08:05:00',
      '2026-10-26T07:05:00',
      '2026-10-26T09:05:00',
      '2026-10-25T09:05:00',
      '2026-10-26T10:05:00',
      '2036-10-26T12:00:00',
      '2026-10-26T11:05:00',
      '2026-11-01T20:00:00',
      '2026-11-02T08:05:00',
    ])
      await at(moment)
    const said = (title: string, day: string) => seen.filter((one) => one.said.startsWith(title) && one.at.startsWith(day))
    for (const [title, places] of [
      ['Your week', 2],
      ['Leaderboard of week 43', 1],
    ] as const) {
      const first = said(title, '2026-10-26')
      expect([title, first.length, new Set(first.map(({ place }) => place)).size]).toEqual([title, places, places])
      expect(first.every((one) => one.at.startsWith('2026-10-26T08:05'))).toBe(true)
    }
    expect(said('Your week', '2026-10-25')).toEqual([])
    expect(said('Your week', '2026-11-02').map(({ at: when }) => when.slice(11, 16))).toEqual(['08:05', '08:05'])
  },
  180_000,
)
