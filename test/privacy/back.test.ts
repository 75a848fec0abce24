/** Who comes in again while they are being forgotten, or would leave a program to nobody. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { days, hours } from '../../src/kernel/time.ts'
import { setRole } from '../../src/people/service.ts'
import { exportOf } from '../../src/privacy/export.ts'
import type { Persona } from '../chat.ts'
import { MemoryDoor } from '../door.ts'
import { type World, world } from '../world.ts'
import { found, owe } from './planted.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const application = { niche: 'beauty', country: 'DE', email: 'mia@example.com', adult_and_consent: 'yes' }
const wishOf = ({ personId }: Persona) =>
  w.within((ctx) => ctx.db.erasure.findFirstOrThrow({ where: { personId }, orderBy: { askedAt: 'desc' } }))
const forgetAt = async (at: Date, ...later: number[]) => {
  for (const n of later) {
    w.at(hours(at, n))
    await w.app.runJob('privacy')
  }
}

test('who is being forgotten may not apply before it is done, and whoever let them in all the same lets them go again', async () => {
  const mia = await w.creator('Mia')
  await owe(w, mia, 2_000)
  await mia.run('privacy delete', { sure: 'yes' })
  const day = days(w.now, 14)
  await forgetAt(day, 0)
  const again = await mia.run('apply', { ...application, handle: '@mia.glow' })
  expect(again).toContain('The day has come to forget you, and it has begun.')
  const row = () => w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: mia.creatorId } }))
  expect(await row()).toMatchObject({ state: 'left' })

  await w.within((ctx) => setRole(ctx, mia.personId, 'manager'))
  await w.within((ctx) => ctx.db.creator.update({ where: { id: mia.creatorId }, data: { state: 'approved' } }))
  await forgetAt(day, 2)
  expect(await row()).toMatchObject({ state: 'left' })
  expect(await w.within((ctx) => ctx.db.membership.findFirstOrThrow({ where: { personId: mia.personId } }))).toMatchObject({
    role: 'anyone',
  })
  expect(await wishOf(mia)).toMatchObject({ state: 'closing' })
})

test('of two admins who ask both, the second one reads on the day that they have to hand over first', async () => {
  const [bea, cyd] = [await w.admin('Bea'), await w.admin('Cyd')]
  await bea.run('privacy delete', { sure: 'yes' })
  w.at(hours(w.now, 1))
  await cyd.run('privacy delete', { sure: 'yes' })
  const day = days(w.now, 14)
  await forgetAt(day, 0, 2)
  expect([(await wishOf(bea)).state, (await wishOf(cyd)).state]).toEqual(['done', 'asked'])
  const said = 'Make someone else admin with /team set; then it is done within a day.'
  expect(await cyd.sees()).toContain(said)
  expect(await cyd.run('privacy delete')).toContain(said)
  expect(await cyd.run('privacy waiting')).toContain('It waits until somebody else is admin: /team set.')
  const { length } = w.door.messages
  await forgetAt(day, 26)
  await w.app.runJob('deliver')
  expect(w.door.messages).toHaveLength(length)

  const dan = await w.applicant('Dan')
  await cyd.run('team set', { person: dan.personId, role: 'admin' })
  await forgetAt(day, 51, 53)
  expect(await wishOf(cyd)).toMatchObject({ state: 'done' })
})

const connect = async (one: Persona, other: Persona) => {
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await one.run('profile connect'))![0]
  return other.run('profile connect', { code })
}

test('two accounts that asked each are one person who stays with one press; one that is being forgotten is connected no more', async () => {
  const [here, there] = [await w.applicant('Eve here'), await w.applicant('Eve there')]
  for (const one of [here, there]) await one.run('privacy delete', { sure: 'yes' })
  const day = days(w.now, 14)
  expect(await connect(here, there)).toContain('You are one person now')
  expect(await there.run('privacy keep')).toContain('Nothing was deleted, and nothing will be.')
  await forgetAt(day, 0, 2, 4)
  expect([(await wishOf(here)).state, (await wishOf(there)).state]).toEqual(['kept', 'kept'])

  const [leaving, staying] = [await w.applicant('Kim there'), await w.creator('Kim')]
  await leaving.run('privacy delete', { sure: 'yes' })
  await forgetAt(days(w.now, 14), 0)
  expect(await connect(leaving, staying)).toContain('The day has come to forget you, and it has begun.')
  expect(await connect(staying, leaving)).toContain('The day has come to forget you, and it has begun.')
})

test('at the doors every role of theirs is taken away, whatever it was given for, and the code of a gift card goes', async () => {
  const lea = await w.creator('Lea')
  const code = 'GIFT-SNORKEL-77'
  await w.within(async (ctx) => {
    await ctx.grant(lea.personId, 'early-access', true)
    const own = { programId: w.programId, creatorId: lea.creatorId, createdAt: ctx.now }
    const reward = { id: ctx.id('reward'), programId: w.programId, kind: 'credit', title: 'A card', cost: 100, approval: false }
    await ctx.db.reward.create({ data: { ...reward, createdBy: lea.personId, createdAt: ctx.now } })
    const done = { state: 'fulfilled', decidedAt: ctx.now, fulfilledAt: ctx.now }
    const wish = { ...done, id: ctx.id('redemption'), rewardId: reward.id, cost: 100, gift: ctx.seal(code) }
    await ctx.db.redemption.create({ data: { ...own, ...wish, endsAt: days(ctx.now, 60) } })
  })
  const roles = async () => {
    await w.app.runJob('deliver')
    const hers = w.door.grants.filter(({ user }) => user === lea.user)
    return [...new Map(hers.map(({ role, on }) => [role, on]))].flatMap(([role, on]) => (on ? [role] : []))
  }
  expect((await roles()).sort()).toEqual(['creator', 'early-access'])
  const made = await exportOf(w.within, lea.personId)
  let json = ''
  for await (const part of made.files.find(({ name }) => name === 'data.json')!.parts()) json += part
  expect(json).toContain(code)
  expect(await found(w, [code])).toEqual([`Redemption: ${code.toLowerCase()}`])
  await lea.run('privacy delete', { sure: 'yes' })
  const day = days(w.now, 14)
  await forgetAt(day, 0)
  expect(await roles()).toEqual([])
  await forgetAt(day, 2)
  expect(await wishOf(lea)).toMatchObject({ state: 'done' })
  expect(await found(w, [code])).toEqual([])
})

test('a ban holds for whoever was forgotten since, and nothing that names them is kept for it', async () => {
  const ana = await w.manager('Ana')
  const eve = await w.creator('Quirinetta')
  await ana.run('creator ban', { creator: eve.creatorId, why: 'Bought her own orders' })
  expect(await eve.run('privacy delete')).toMatch(/Ban +Of your accounts keyed hashes stay/)
  await eve.run('privacy delete', { sure: 'yes' })
  await forgetAt(days(w.now, 14), 0, 2, 24 * 8)
  await w.app.runJob('retention')
  expect(await wishOf(eve)).toMatchObject({ state: 'done' })
  // A member of the team is called after them in this test.
  const named = (await found(w, ['quirinetta', eve.user])).filter(
    (hit) => !/^(?:Identity|Membership|Person): quirinetta$/.test(hit),
  )
  expect(named).toEqual([])
  await eve.arrive()
  const form = { ...application, handle: '@another.one', email: 'another@example.com' }
  expect(await eve.run('apply', form)).toContain('You cannot apply to this program.')
  const stranger = await w.applicant('Somebody else')
  expect(await stranger.run('apply', form)).toContain('One step left: the terms')
})

test('at a door with threads their own place and what was asked about a thing of theirs lose their name', async () => {
  const ana = await w.manager('Ana')
  const ida = await w.creator('Ida')
  const door = new MemoryDoor('web', { threads: true })
  w.app.platforms.set('web', door)
  await ida.run('submit', { caption: '#Werbung My evening with Ida', url: 'https://www.instagram.com/p/ida1/', kind: 'post' })
  const { id } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: ida.creatorId } }))
  await ana.run('review ask', { submission: id, words: 'Which cream is it?' })
  await w.app.runJob('deliver')
  await ida.run('privacy delete', { sure: 'yes' })
  const day = days(w.now, 14)
  await forgetAt(day, 0, 2)
  for (const n of [3, 4]) {
    w.at(hours(day, n))
    await w.app.runJob('deliver')
  }
  expect(door.threads).toHaveLength(1)
  expect([...door.renamed.values()]).toEqual(['Former creator', 'Former creator'])
  w.app.platforms.set('web', w.door)
})

test('who had installed the app is an account of theirs, and goes with it', async () => {
  const gil = await w.applicant('Gil')
  const account = { platform: 'slack', workspace: 'T0SNORKEL', externalId: 'U0SNORKEL' }
  await w.within(async (ctx) => {
    const { platform, workspace } = account
    await ctx.db.space.create({ data: { id: ctx.id('space'), programId: w.programId, platform, workspace, createdAt: ctx.now } })
    const own = { id: ctx.id('identity'), personId: gil.personId, name: 'Gil', createdAt: ctx.now }
    await ctx.db.identity.create({ data: { ...own, ...account } })
    const app = { name: 'Glow', secret: ctx.seal('xoxb'), botUser: 'U0BOT', installer: account.externalId, scopes: '' }
    await ctx.db.install.create({ data: { id: ctx.id('install'), platform, workspace, createdAt: ctx.now, ...app } })
  })
  await gil.run('privacy delete', { sure: 'yes' })
  await forgetAt(days(w.now, 14), 0, 2)
  expect(await wishOf(gil)).toMatchObject({ state: 'done' })
  expect(await w.within((ctx) => ctx.db.install.findFirstOrThrow())).toMatchObject({ installer: null })
})
