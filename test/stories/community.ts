/** What keeps a community alive, told once for every platform: a season that stays as it ended, and digests at the hour of each reader. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addDays, days, instantOf, localDay, localTime, minutes } from '../../src/kernel/time.ts'
import { joined, type Player, type Stage } from './stage.ts'

const BERLIN = 'Europe/Berlin'
const zones = { Mia: BERLIN, Ben: 'America/New_York', Zoe: 'Australia/Sydney' }
/** One line; Slack draws tables with bars, and names people it knows by their accounts. */
const flat = (words: string): string => words.replace(/[\s|]+/g, ' ')

/** Plays the scenarios on a stage. The parts build on one another. */
export function playCommunity(platform: string, open: () => Promise<Stage>): void {
  describe(`the community on ${platform}`, () => {
    let stage: Stage
    let ana: Player
    const people = new Map<string, Player>()
    const codes = new Map<string, string>()
    const one = (name: string): Player => people.get(name)!

    beforeAll(async () => {
      stage = await open()
      ana = await stage.person('Ana', 'admin')
      for (const name of Object.keys(zones)) {
        people.set(name, await joined(stage, ana, name))
        codes.set(name, /\b[A-Z]+10[A-Z]?\b/.exec(await one(name).sees())![0])
      }
    }, 180_000)
    afterAll(() => stage?.close())

    /** Every bell once. */
    const ring = async () => {
      for (const job of ['absorb', 'due', 'messages', 'schedule', 'deliver']) await stage.w.app.runJob(job)
    }
    const later = (n = 1) => stage.w.at(minutes(stage.w.now, n))
    const bought = (id: string, name: string, total: string) => {
      later()
      const data = { id, number: `#${id}`, at: stage.w.now, currency: 'EUR', total, codes: [codes.get(name)!] }
      return stage.w.hook('generic', { type: 'order.created', data })
    }
    const gaveBack = (order: string, base: string) => {
      later()
      const data = { id: `back-${order}`, order_id: order, at: stage.w.now, currency: 'EUR', base }
      return stage.w.hook('generic', { type: 'order.refunded', data })
    }

    test('a season: ties share a place, an alias stands for a name, and what is refunded afterwards changes nothing', async () => {
      const from = localDay(stage.w.now, BERLIN)
      const until = addDays(from, 3)
      await ana.ask('season create', { kind: 'custom', title: 'Sprint', from, until, metric: 'revenue' })
      await ring()
      expect(await one('Mia').sees('leaderboard')).toContain('Sprint')
      expect(await one('Ben').ask('settings', { alias: 'Lion' })).toContain('Lion')
      await bought('a', 'Mia', '80.00')
      await bought('b', 'Ben', '80.00')
      await bought('c', 'Zoe', '90.00')
      await gaveBack('c', '40.00')
      await ring()
      stage.w.at(instantOf(addDays(until, 1), '00:30', BERLIN))
      await ring()
      const board = flat(await one('Mia').sees('leaderboard'))
      const places = board.slice(board.indexOf('Leaderboard of Sprint'))
      expect(places).toMatch(/\b1 (Mia|<@\w+>) 1 .*\b1 Lion 1 .*\b3 (Zoe|<@\w+>) 1/)
      expect(places).not.toMatch(/Ben|80\.00/)

      stage.w.at(days(stage.w.now, 1))
      await gaveBack('a', '80.00')
      await ring()
      later()
      await ring()
      expect(flat(await one('Mia').sees('leaderboard'))).toBe(board)
      const { id: season } = await stage.w.within((ctx) => ctx.db.season.findFirstOrThrow({ where: { kind: 'custom' } }))
      const shown = flat(await one('Mia').ask('season show', { season }))
      expect(shown).toMatch(/\b1 You 1 .*\b1 Lion 1 .*\b3 (Zoe|<@\w+>) 1/)
      expect(shown).toContain('Frozen')
      expect(await one('Mia').ask('season list')).toContain('Sprint')
    }, 90_000)

    test('a digest a week at nine where each reader is, over two changes of the clock, a restart and quiet hours', async () => {
      const { w } = stage
      // Berlin leaves summer time on the last Sunday of October, New York on the first of November.
      const year = w.now.getUTCFullYear() + (w.now < new Date(`${w.now.getUTCFullYear()}-10-01T00:00:00Z`) ? 0 : 1)
      const first = mondayFrom(`${year}-10-19`)
      w.at(instantOf(addDays(first, -3), '12:00', 'UTC'))
      for (const [name, zone] of Object.entries(zones)) {
        expect((await one(name).ask('settings', { zone })).replaceAll('\\', '')).toContain(zone)
        expect(await one(name).ask('unsubscribe', { what: 'nudge' })).not.toBe('')
      }
      await one('Zoe').ask('settings', { quiet_from: '20:00', quiet_to: '11:00' })
      const digests = async (name: string) => (await one(name).sees()).split('Your week').length - 1
      const before = Object.fromEntries(await Promise.all(Object.keys(zones).map(async (name) => [name, await digests(name)])))
      const came: Record<string, string[]> = { Mia: [], Ben: [], Zoe: [] }
      await ring()
      const hour = (name: string) => (name === 'Zoe' ? '11:00' : '09:00')
      const weeks = [0, 7, 14].map((n) => addDays(first, n))
      const moments = weeks
        .flatMap((day) => Object.entries(zones).map(([name, zone]) => ({ name, at: instantOf(day, hour(name), zone) })))
        .sort((a, b) => a.at.getTime() - b.at.getTime())
      for (const [n, { name, at }] of moments.entries()) {
        for (const when of [minutes(at, -1), at]) {
          w.at(when)
          await ring()
          // Whoever rings twice, or comes back in between, finds nothing left to say.
          if (n === 4) await stage.restart?.()
          if (when === at) await ring()
          for (const [who, zone] of Object.entries(zones))
            if ((await digests(who)) > before[who] + came[who]!.length)
              came[who]!.push(`${who === name} ${localTime(when, zone)}`)
        }
      }
      for (const name of Object.keys(zones)) expect([name, came[name]]).toEqual([name, Array(3).fill(`true ${hour(name)}`)])

      // Down over the nine of a Monday: said once when it is up again.
      const monday = addDays(first, 21)
      w.at(instantOf(monday, '15:00', BERLIN))
      await stage.restart?.()
      await ring()
      await ring()
      expect(await digests('Mia')).toBe(before.Mia + 4)
    }, 240_000)

    test('who asks to be forgotten is gone with handle, address and words two weeks later, and the books say the same', async () => {
      const { w } = stage
      const caption = '#ad words that Mia alone wrote'
      expect(await one('Mia').ask('submit', { url: 'https://www.instagram.com/p/Cabcdefghij/', caption })).toContain('Handed in')
      await bought('d', 'Mia', '50.00')
      await gaveBack('d', '50.00')
      await ring()
      const books = () => w.app.database.owner.query(`SELECT account, currency, minor FROM "Balance" ORDER BY 1, 2`)
      const { rows: before } = await books()
      expect(await traces(w, 'mia.glow')).not.toEqual([])
      expect(await one('Mia').ask('privacy delete')).toContain('This goes')
      expect(await one('Mia').ask('privacy delete', { sure: 'yes' })).toContain('You will be forgotten')
      for (let n = 0; n < 3; n++) {
        w.at(days(w.now, n === 0 ? 15 : 1))
        await w.app.runJob('privacy')
        await ring()
      }
      expect(await w.within((ctx) => ctx.db.erasure.findMany({ select: { state: true } }))).toEqual([{ state: 'done' }])
      for (const trace of ['mia.glow', 'mia@example.com', 'Mia alone wrote'])
        expect([trace, await traces(w, trace)]).toEqual([trace, []])
      expect((await books()).rows).toEqual(before)
      expect(flat(await one('Ben').sees('leaderboard'))).toContain('Lion')
    }, 120_000)

    test('the platform had nothing to object to', async () => {
      expect(await stage.objections()).toEqual([])
    })
  })
}

/** The first Monday on or after a day. */
function mondayFrom(day: string): string {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay() || 7
  return addDays(day, (8 - weekday) % 7)
}

/** Tables in which words stand, in any column. */
async function traces(w: Stage['w'], words: string): Promise<string[]> {
  const { owner } = w.app.database
  const { rows } = await owner.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`,
  )
  const found: string[] = []
  for (const { name } of rows) {
    const { rowCount } = await owner.query(`SELECT FROM "${name}" t WHERE t::text ILIKE $1 LIMIT 1`, [`%${words}%`])
    if (rowCount) found.push(name)
  }
  return found
}
