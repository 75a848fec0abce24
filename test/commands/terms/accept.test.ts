import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { policyOf, termsText } from '../../../src/programs/rules.ts'
import { publishTerms } from '../../../src/programs/service.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const form = { handle: '@mia', niche: 'food', country: 'AT', email: 'mia@example.com', adult_and_consent: 'yes' }
const current = () => w.within((ctx) => ctx.db.termsVersion.findFirstOrThrow({ orderBy: { version: 'desc' } }))

test('without an application there is nothing to accept', async () => {
  const lea = await w.applicant('Lea')
  expect(await lea.run('terms accept', { terms: (await current()).id })).toBe(
    'Not found\nThere is no application of yours yet.\nBegin with /apply.',
  )
})

test('two presses are one acceptance of exactly this text', async () => {
  const mia = await w.applicant('Mia')
  await mia.ask('apply', form)
  const { id } = await current()
  await Promise.all([mia.ask('terms accept', { terms: id }), mia.ask('terms accept', { terms: id })])
  const rows = await w.within((ctx) => ctx.db.acceptance.findMany({ where: { personId: mia.personId } }))
  const text = await w.within(async (ctx) => termsText('Glow', policyOf(ctx.program), 1, 'EUR'))
  expect(rows).toMatchObject([{ termsId: id, platform: 'web', hash: createHash('sha256').update(text).digest('hex') }])
  const ana = await w.manager('Ana')
  expect((await ana.sees('applications')).match(/would like to join/g)).toHaveLength(1)
})

test('a card with terms that changed since is refused; the new ones are accepted', async () => {
  const zoe = await w.applicant('Zoe')
  await zoe.ask('apply', { ...form, handle: '@zoe', email: 'zoe@example.com' })
  await w.within((ctx) => publishTerms(ctx, ctx.program, policyOf(ctx.program)))
  expect((await zoe.press('Accept')).text).toContain('The terms have changed since you saw them.')
  await zoe.ask('terms read')
  expect((await zoe.press('Accept')).text).toContain('Your application is in')
})

test('a creator accepts a later version without applying again', async () => {
  const kim = await w.creator('Kim')
  await w.within((ctx) => publishTerms(ctx, ctx.program, policyOf(ctx.program)))
  await kim.ask('terms read')
  expect((await kim.press('Accept')).text).toBe('Thank you\nYou have accepted the terms in force.')
  expect(await w.within((ctx) => ctx.db.acceptance.count({ where: { personId: kim.personId } }))).toBe(2)
})
