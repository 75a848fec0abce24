import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const draftsOf = (one: Persona) =>
  w.within((ctx) => ctx.db.draft.findMany({ where: { personId: one.personId }, select: { run: true, values: true } }))

test('what a form may mend is kept as a draft', async () => {
  const mia = await w.applicant('Mia')
  const typed = { handle: '@mia.glow', niche: 'beauty', country: 'Nowhere', email: 'mia@example.com', adult_and_consent: 'yes' }
  expect(await mia.run('apply', typed)).toMatch(/^Please check/)
  expect(await draftsOf(mia)).toEqual([{ run: 'apply', values: typed }])
})

test('whoever may not run a command leaves nothing of what they typed behind', async () => {
  const leo = await w.applicant('Leo')
  const typed = { title: 'Private words', brief: 'Private words', deadline: '14', seats_and_fee: '10 x 25', rights: 'none' }
  expect(await leo.run('campaign create', typed)).toMatch(/^Not allowed/)
  expect(await draftsOf(leo)).toEqual([])
})

test('a secret is in no draft', async () => {
  const root = await w.admin('Root')
  expect(await root.run('setup space', { code: 'hunter2', name: 'Glow' })).toContain('must have at least 10 characters')
  expect(await draftsOf(root)).toEqual([{ run: 'setup space', values: { name: 'Glow' } }])
})
