import { afterAll, beforeAll, expect, test } from 'vitest'
import { addMission } from '../../../src/campaigns/plans.ts'
import { minutes } from '../../../src/kernel/time.ts'
import { setRole } from '../../../src/people/service.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

const applies = async (name: string) => {
  const one = await w.applicant(name)
  const word = name.toLowerCase()
  const form = { handle: `@${word}.glow`, niche: 'beauty', country: 'DE', email: `${word}@example.com`, adult_and_consent: 'yes' }
  await one.ask('apply', form)
  await one.press('Accept')
  const { id } = await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { personId: one.personId } }))
  // A live card is edited at most every few seconds.
  await one.sees()
  w.at(minutes(w.now, 1))
  return { one, id }
}

test('one press: role, status, and the kit pinned in the private place', async () => {
  const plan = { title: 'Autumn glow', brief: 'Show the serum.', feeMinor: 50_00n, budgetMinor: 500_00n }
  await w.within((ctx) => addMission(ctx, plan))
  const { one: mia } = await applies('Mia')
  const { text } = await ana.press('Approve')
  expect(text).toBe("Mia is in\nThe kit is on its way to Mia's private place.")
  const [status, kit] = (await mia.sees()).split('\n\n')
  expect(status).toBe('Welcome to Glow, Mia\nYou are in. Your kit is pinned here too.')
  expect(kit).toMatch(/^Your kit, Mia\n/)
  expect(kit).toMatch(/Link +https:\/\/go\.glow\.example\/mia-glow-[a-z0-9]{4}\n/)
  expect(kit).toMatch(/Code +MIA10 takes 10 % off for shoppers\n/)
  expect(kit).toMatch(/How to disclose +Begin each post with #Werbung, where people see it first\.\n/)
  expect(kit).toMatch(/First mission +Autumn glow \(€50\.00 when it is approved\)\n/)
  expect(kit).toMatch(/Payday +Dec 15, 2026\n/)
  expect(kit).toMatch(/#Werbung My favourites from Glow: https:\/\/go\.glow\.example\/\S+ \(10 % off with MIA10\)\n/)
  expect(kit).toMatch(/\[Picture: QR code that opens https:\/\/go\.glow\.example\/\S+\]\n/)
  expect(w.door.in(`${w.programId}:person:${mia.personId}`).every((m) => m.pin)).toBe(true)
  expect(w.door.grants).toContainEqual({ user: 'mia', role: 'creator', on: true })
  expect(await mia.run('code')).toContain('MIA10')
})

test('the application becomes one line that says who decided', async () => {
  const line = (await ana.sees('applications')).split('\n\n').find((post) => post.includes('@mia.glow'))
  expect(line).toBe('Mia (@mia.glow)\nApproved by Ana, Nov 20, 2026.')
})

test('two managers at once: one kit; the second is told who was first', async () => {
  const bea = await w.manager('Bea')
  const { one: lea, id } = await applies('Lea')
  const said = (await Promise.all([ana, bea].map((m) => m.run('creator approve', { creator: id })))).sort()
  expect(said[0]).toMatch(/^Already done\n(Ana|Bea) already approved Lea\.$/)
  expect(said[1]).toMatch(/^Lea is in/)
  expect((await lea.sees()).match(/^Your kit, /gm)).toHaveLength(1)
  expect(await w.within((ctx) => ctx.db.link.count({ where: { creatorId: id } }))).toBe(1)
  expect(await w.within((ctx) => ctx.db.code.count({ where: { creatorId: id } }))).toBe(1)
})

test('the answer leads to whoever waits next', async () => {
  const { id } = await applies('Ida')
  await applies('Kim')
  expect(await ana.run('creator approve', { creator: id })).toContain('One application waits.\n[See next]')
  expect((await ana.press('See next')).text).toContain('Kim')
})

test('only managers approve, only applicants of this program, and an unknown id is refused', async () => {
  const { one: zoe, id } = await applies('Zoe')
  expect(await zoe.run('creator approve', { creator: id })).toContain('Not allowed')
  expect(await ana.run('creator approve', { creator: 'crt_01JD0000000000000000000000' })).toContain(
    'This creator does not exist.',
  )
  expect(await ana.run('creator approve', { creator: 'Zoe' })).toContain('must be picked from the list')
  expect(await ana.suggest('creator approve', 'creator', 'zo')).toEqual([{ label: 'Zoe (@zoe.glow)', value: id }])
})

test('nobody approves their own application', async () => {
  const { one: eve, id } = await applies('Eve')
  await w.within((ctx) => setRole(ctx, eve.personId, 'manager'))
  expect(await eve.run('creator approve', { creator: id })).toBe(
    'Not allowed\nThis is your own application.\nAsk another manager to decide.',
  )
  expect(await ana.run('creator approve', { creator: id })).toMatch(/^Eve is in/)
})
