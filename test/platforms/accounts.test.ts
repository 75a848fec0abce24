/** A door gives accounts where the house asks for a person or a creator. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { houseOf } from '../../src/house.ts'
import { dispatch } from '../../src/platforms/dispatch.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let ana: Persona
let root: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  root = await w.admin('Root')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const persons = () => w.app.database.across((db) => db.person.count())

test('the account of a creator stands for the creator', async () => {
  expect(await ana.run('creator show', { creator: 'account:mia' })).toBe(
    await ana.run('creator show', { creator: mia.creatorId }),
  )
  expect(await ana.run('creator show', { creator: 'account:mia|Whatever' })).toContain('Mia (@mia.glow)')
})

test('an account that is no creator’s is refused with the field, and nobody is made for it', async () => {
  const before = await persons()
  const text = await ana.run('creator show', { creator: 'account:900' })
  expect(text).toBe(
    'Not found\n“Which creator”: the account you picked is no creator of Glow.\nPick someone who has joined the program.',
  )
  await w.applicant('Nia')
  expect(await ana.run('creator show', { creator: 'account:nia' })).toContain('is no creator of Glow')
  expect(await persons()).toBe(before + 1)
})

test('a person who was never seen is not made by being named; one who was is found', async () => {
  const before = await persons()
  const typo = await root.run('team set', { person: 'account:901|Lena Roth', role: 'admin' })
  expect(typo).toContain('this account was never seen here')
  expect(await persons()).toBe(before)
  await w.applicant('Lena')
  expect(await root.run('team set', { person: 'account:lena', role: 'manager' })).toContain('Lena is a manager now')
})

test('the same account in another workspace or on another platform is somebody else', async () => {
  const other = await w.neighbour()
  await w.within((ctx) =>
    ctx.db.space.create({
      data: { id: ctx.id('space'), programId: w.programId, platform: 'discord', workspace: '4001', createdAt: ctx.now },
    }),
  )
  const from = (platform: string, workspace: string) =>
    dispatch(w.app, { ...ana.call('help', {}), platform, workspace, user: 'far-away' })
  await from('discord', '4001')
  const abroad = await w.within((ctx) =>
    ctx.db.identity.findFirstOrThrow({ where: { externalId: 'far-away', platform: 'discord' } }),
  )
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: abroad.personId }, data: { role: 'manager' } }))
  const show = (platform: string, workspace: string, user: string) =>
    dispatch(w.app, { ...ana.call('creator show', { creator: 'account:mia' }), platform, workspace, user })
  expect((await show('discord', '4001', 'far-away')).card.title).toBe('Not found')
  await w.app.within(other, async (ctx) => {
    const { recognise, setRole } = await import('../../src/people/service.ts')
    const account = { platform: 'web', workspace: other, user: 'ana', userName: 'Ana', programId: other }
    await setRole(ctx, (await recognise(ctx, account)).membership.personId, 'manager')
  })
  expect((await show('web', other, 'ana')).card.title).toBe('Not found')
  expect((await show('web', w.programId, 'ana')).card.title).toContain('Mia')
})

test('an account anywhere else is just words, or no id', async () => {
  const forged = ['review approve', 'review queue', 'review ask']
  for (const run of forged) {
    const given = { submission: 'account:mia', ...(run === 'review ask' ? { words: 'hello' } : {}) }
    expect(await ana.run(run, given)).toContain('must be picked from the list')
  }
  await mia.run('submit', { url: 'https://site.example/a', caption: 'account:ana' })
  const kept = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: mia.creatorId } }))
  expect(kept.caption).toBe('account:ana')
  for (const odd of ['account:', 'account:a b', 'account:mia|', 'account:mia|x|y', `account:${'9'.repeat(101)}`, 'accounts:mia'])
    expect(await ana.run('creator show', { creator: odd })).toContain('must be picked from the list')
})

test('who may not run the command learns nothing of the account', async () => {
  expect(await mia.run('creator show', { creator: 'account:nobody' })).toContain('is for managers')
})

test('a door may check an account before it asks the hall', () => {
  const { check } = houseOf(w.app)
  expect(check('creator show', { creator: 'account:1|Mia' })).toEqual([])
  expect(check('creator show', { creator: 'mia' })).toHaveLength(1)
  expect(check('review approve', { submission: 'account:1' })).toHaveLength(1)
})
