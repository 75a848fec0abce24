/** Acceptance scenario 11: the digest at nine where each reader is, across daylight saving; restarts, quiet hours, one push a day. */
import { afterEach, expect, test } from 'vitest'
import { card } from '../../src/kernel/card.ts'
import { addDays, hours, instantOf, localTime } from '../../src/kernel/time.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
afterEach(() => w.close())

const zones = { Mia: 'Europe/Berlin', Zoe: 'America/New_York', Kim: 'Australia/Sydney' }
const ring = async () => {
  await w.app.runJob('messages')
  await w.app.runJob('deliver')
}
const digests = async (one: Persona): Promise<number> => ((await one.sees()).match(/^Your week, /gm) ?? []).length

/** Twice a week, and around each nine of a Monday anywhere. */
function moments(from: Date, to: Date): Date[] {
  const found: number[] = []
  for (let at = from; at < to; at = hours(at, 84)) found.push(at.getTime())
  for (const zone of Object.values(zones))
    for (let day = '2026-09-28'; day <= '2026-11-02'; day = addDays(day, 7))
      for (const off of [-1, 0]) found.push(instantOf(day, '09:00', zone).getTime() + off * 60_000)
  return [...new Set(found)].sort((a, b) => a - b).map((at) => new Date(at))
}

test('three zones over two changes of the clock: each gets one digest a week, at nine of their own', async () => {
  // Sydney begins summer time on 4 October 2026, Berlin ends it on 25 October, New York on 1 November.
  w = await world({ now: '2026-09-26T12:00:00Z' })
  const people: [Persona, string][] = []
  for (const [name, zone] of Object.entries(zones)) {
    const one = await w.creator(name)
    await one.run('settings', { zone })
    await one.run('unsubscribe', { what: 'nudge' })
    people.push([one, zone])
  }
  await ring()
  const came = new Map(people.map(([one]) => [one.name, [] as string[]]))
  const end = new Date('2026-11-07T12:00:00Z')
  for (const now of moments(w.now, end)) {
    w.at(now)
    const before = await Promise.all(people.map(([one]) => w.door.in(`${w.programId}:person:${one.personId}`).length))
    await ring()
    // A restart in between changes nothing: the second ring finds nothing to do.
    if (now.getUTCMinutes() === 59) await ring()
    for (const [n, [one, zone]] of people.entries())
      for (const post of w.door.in(`${w.programId}:person:${one.personId}`).slice(before[n]))
        came.get(one.name)!.push(`${post.card.title.slice(0, 9)} ${localTime(now, zone)}`)
  }
  for (const [name, said] of came) expect([name, said]).toEqual([name, Array(6).fill('Your week 09:00')])
}, 120_000)

test('quiet hours and a pause are kept, and what was due while nobody was there is said once', async () => {
  w = await world({ now: '2026-11-20T12:00:00Z' })
  const mia = await w.creator('Mia')
  await mia.run('settings', { quiet_from: '20:00', quiet_to: '11:00' })
  const lea = await w.creator('Lea')
  await lea.run('settings', { pause: '20' })
  const kim = await w.creator('Kim')
  w.at('2026-11-22T20:00:00Z')
  await ring()
  // Down from Sunday evening until Monday at half past nine; Mia sleeps until eleven.
  w.at('2026-11-23T08:30:00Z')
  await ring()
  await ring()
  expect([await digests(mia), await digests(kim), await digests(lea)]).toEqual([0, 1, 0])
  w.at('2026-11-23T10:00:00Z')
  await ring()
  await ring()
  expect([await digests(mia), await digests(kim), await digests(lea)]).toEqual([1, 1, 0])
  // Four days later it would be stale, and a pause is not made up for.
  w.at('2026-11-29T10:00:00Z')
  await ring()
  expect([await digests(mia), await digests(kim), await digests(lea)]).toEqual([1, 1, 0])
}, 60_000)

test('what was planned and put off before a long silence is stale afterwards', async () => {
  w = await world({ now: '2026-11-22T12:00:00Z' })
  const mia = await w.creator('Mia')
  await ring()
  // Planned for Monday at nine, looked at in the night after it, and then nobody was there for months.
  w.at('2026-11-23T23:00:00Z')
  await ring()
  w.at('2027-03-19T12:00:00Z')
  await ring()
  expect(await digests(mia)).toBe(0)
  w.at('2027-03-22T08:00:00Z')
  await ring()
  expect(await digests(mia)).toBe(1)
}, 60_000)

test('one push a day: the first rings, the others wait for the morning or the digest', async () => {
  w = await world({ now: '2026-11-24T12:00:00Z' })
  const mia = await w.creator('Mia')
  const push = (key: string, kind: 'other' | 'last_day' = 'other') =>
    w.within((ctx) => ctx.show({ person: mia.personId }, key, card(`Push ${key}`, `Words of ${key}`), { unasked: kind }))
  const seen = async () =>
    [...(await mia.sees()).matchAll(/^(Push \w+|\d things since yesterday|Your week.*)$/gm)].map((m) => m[1])
  await push('a')
  await push('b')
  await push('exempt', 'last_day')
  await push('c')
  expect(await seen()).toEqual(['Push a', 'Push exempt'])
  w.at('2026-11-25T07:59:00Z')
  await ring()
  expect(await seen()).toEqual(['Push a', 'Push exempt'])
  w.at('2026-11-25T08:00:00Z')
  await ring()
  expect((await seen()).slice(2)).toEqual(['2 things since yesterday', 'Push b', 'Push c'])
  await push('d')
  expect(await seen()).toHaveLength(5)
  // What waits alone goes as itself.
  w.at('2026-11-26T09:00:00Z')
  await ring()
  expect((await seen()).slice(5)).toEqual(['Push d'])
  // On Monday everything waits for the digest and stands in it.
  w.at('2026-11-29T23:30:00Z')
  await ring()
  w.at('2026-11-30T07:30:00Z')
  await push('e')
  await ring()
  expect(await seen()).toHaveLength(6)
  w.at('2026-11-30T08:00:00Z')
  await ring()
  expect((await seen()).slice(6)).toEqual(['Your week, Mia', 'Push e'])
}, 60_000)
