/** What creators get wrong when they hand in: the card says what and what to do, and what was typed is still in the form. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission, type Change, change } from '../../src/campaigns/plans.ts'
import { days } from '../../src/kernel/time.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
const missions = new Map<string, string>()

async function mission(title: string, more: Change = {}): Promise<void> {
  const plan = { title, brief: 'Show the serum.', feeMinor: 0n, budgetMinor: 0n }
  const { id } = await w.within((ctx) => addMission(ctx, plan))
  await w.within((ctx) => change(ctx, id, more))
  missions.set(title, id)
}

beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
  const lea = await w.creator('Lea')
  await mission('Full', { seats: 1 })
  await mission('Expired', { closesAt: days(w.now, 1) })
  await mission('Reels', { audience: { platforms: ['instagram'] } })
  await mission('Films', { kinds: ['short_video'] })
  await lea.run('mission claim', { mission: missions.get('Full')! })
  await mia.run('submit', { url: 'https://www.instagram.com/p/twice/', caption: '#ad' })
  w.at(days(w.now, 2))
}, 60_000)
afterAll(() => w.close())

const post = 'https://www.instagram.com/p/one/'
test.each([
  [
    'a network the mission is not for',
    { mission: 'Reels', url: 'https://www.tiktok.com/@mia/video/1' },
    'is for Instagram',
    'Give the address',
  ],
  ['a profile', { url: 'https://www.instagram.com/mia.glow/' }, 'to a profile, not to a post', 'Open the post itself'],
  ['no address', { url: 'my newest reel' }, 'address', 'https'],
  ['an address in the house', { url: 'https://localhost/p/1' }, 'address', 'https'],
  ['an expired mission', { mission: 'Expired', url: post }, 'Expired', 'mission'],
  ['a full mission', { mission: 'Full', url: post }, 'Full', ''],
  ['the same once more', { url: 'https://instagram.com/p/twice?igsh=abc' }, 'was already handed in', 'See it in /content'],
  ['another kind', { mission: 'Films', url: post, kind: 'review' }, 'does not ask for a review', ''],
  ['nothing', {}, 'There is no link and no file', 'Give url'],
])('%s', async (_, { mission: title, ...given }: Record<string, string | undefined>, what, fix) => {
  const caption = '#Werbung My words that took an hour'
  const asked = { ...given, caption, ...(title ? { mission: missions.get(title)! } : {}) } as Record<string, string>
  const before = await w.within((ctx) => ctx.db.submission.count())
  const { text, card } = await mia.ask('submit', asked)
  expect(card!.tone).toBe('warn')
  expect(text).toContain(what)
  expect(text).toContain(fix)
  expect(await w.within((ctx) => ctx.db.submission.count())).toBe(before)
  const { form } = await mia.press('Fix')
  const kept = { ...form!.given, ...Object.fromEntries(form!.fields.map(({ name, value }) => [name, value])) }
  expect(kept.caption).toBe(caption)
})
