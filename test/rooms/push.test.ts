import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { card } from '../../src/kernel/card.ts'
import type { PushKind } from '../../src/kernel/push.ts'
import { localDay, minutes } from '../../src/kernel/time.ts'
import { foldWaiting } from '../../src/messages/fold.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-04-01T12:00:00Z' })
})
afterAll(() => w.close())

const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Havana', 'Pacific/Auckland']
/** Around changes of the clocks there, and one without. */
const begins = ['2026-10-24', '2026-10-31', '2026-04-04', '2026-09-26', '2026-11-10']
const kinds: PushKind[] = ['other', 'nudge', 'news', 'last_day', 'answer']
const step = fc.record({ later: fc.integer({ min: 1, max: 700 }), kind: fc.constantFrom(...kinds) })

type Rang = { words: string; day: string }

test('whatever is pushed when: one of the capped kinds a local day, the exempt at once, and nothing is lost', async () => {
  let run = 0
  const tick = async (place: string, zone: string, rang: Rang[]) => {
    const before = w.door.in(place).length
    await w.within(foldWaiting)
    await w.app.runJob('deliver')
    for (const one of w.door.in(place).slice(before)) rang.push({ words: JSON.stringify(one.card), day: localDay(w.now, zone) })
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...zones),
      fc.constantFrom(...begins),
      fc.array(step, { minLength: 4, maxLength: 7 }),
      async (zone, day, steps) => {
        run++
        // Somebody new each time: the clock goes back, and nobody has the same day twice.
        const lea = await w.applicant(`Lea ${run}`)
        const place = `${w.programId}:person:${lea.personId}`
        await w.within(async (ctx) => {
          await ctx.db.membership.updateMany({ where: { personId: lea.personId }, data: { zone } })
          await ctx.db.pushDay.deleteMany()
        })
        w.at(`${day}T00:00:00Z`)
        const rang: Rang[] = []
        const named = (n: number) => `Push ${run}-${n}.`
        for (const [n, { later, kind }] of steps.entries()) {
          w.at(minutes(w.now, later))
          const shown = card(named(n), pushed(kind))
          await w.within((ctx) => ctx.show({ person: lea.personId }, `p:${run}:${n}`, shown, { unasked: kind }))
          await tick(place, zone, rang)
        }
        for (let n = 0; n < 13; n++) {
          w.at(minutes(w.now, 360))
          await tick(place, zone, rang)
        }
        const capped = rang.filter(({ words }) => !words.includes('exempt')).map((one) => one.day)
        expect(new Set(capped).size, JSON.stringify(rang)).toBe(capped.length)
        expect(steps.map((_step, n) => rang.filter(({ words }) => words.includes(`"${named(n)}"`)).length)).toEqual(
          steps.map(() => 1),
        )
      },
    ),
    { numRuns: 4 },
  )
}, 90_000)

const pushed = (kind: PushKind): string => (kind === 'last_day' || kind === 'answer' ? 'exempt' : 'capped')
