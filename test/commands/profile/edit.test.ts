import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('the form changes only what is given', async () => {
  const mia = await w.creator('Mia')
  await mia.ask('profile show')
  const { form } = await mia.press('Edit profile')
  expect(form?.fields.map((f) => f.name)).toEqual(['handle', 'niche', 'country'])
  const { text } = await mia.fill({ handle: 'https://www.tiktok.com/@mia.shines', niche: '', country: 'france' })
  expect(text).toMatch(/^Saved/)
  expect(text).toMatch(/Handle +@mia\.shines\nNiche +beauty\nCountry +France/)
  expect((await mia.ask('profile edit')).form?.fields.map((f) => f.name)).toEqual(['handle', 'niche', 'country'])
  expect((await mia.fill({})).text).toMatch(/^Your profile/)
  expect(await mia.run('profile edit', { handle: 'mia shines' })).toContain('That does not look like a handle.')
})

test('while an application waits, the managers see the change', async () => {
  const ana = await w.manager('Ana')
  const lea = await w.applicant('Lea')
  // Nothing is asked for what there is none of.
  expect(await lea.run('profile edit', { niche: 'tech' })).toContain('You have no profile yet.')
  expect(await lea.run('profile edit')).toContain('You have no profile yet.')
  const form = { handle: '@lea', niche: 'food', country: 'AT', email: 'lea@example.com', adult_and_consent: 'yes' }
  await lea.ask('apply', form)
  await lea.press('Accept')
  await ana.sees('applications')
  await lea.run('profile edit', { niche: 'tech' })
  const post = (await ana.sees('applications')).split('\n\n').filter((p) => p.includes('Lea'))
  expect(post).toHaveLength(1)
  expect(post[0]).toMatch(/Niche +tech/)
  expect(post[0]).toContain('[Approve]')
})
