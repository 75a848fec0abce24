import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../../src/kernel/time.ts'
import { setRole } from '../../../src/people/service.ts'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
const form = { handle: '@mia', niche: 'food', country: 'AT', email: 'mia@example.com', adult_and_consent: 'yes' }
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.applicant('Mia')
  await mia.ask('apply', form)
  await mia.press('Accept')
  // A live card is edited at most every few seconds.
  await mia.sees()
  w.at(minutes(w.now, 1))
})
afterAll(() => w.close())

test('the button opens a form for the reason; another reason needs a note', async () => {
  const { form: opened } = await ana.press('Decline')
  expect(opened?.fields.map((f) => f.name)).toEqual(['reason', 'note'])
  expect((await ana.fill({ reason: 'other' })).text).toContain('Another reason needs a note.')
})

test('the applicant reads the reason, the note and when to apply again', async () => {
  await ana.press('Decline')
  const { text } = await ana.fill({ reason: 'audience', note: 'Show us more reels.' })
  expect(text).toBe('Mia was declined\nMia reads the reason, and may apply again on Feb 18, 2027.')
  const [status, news] = (await mia.sees()).split('\n\n')
  expect(status).toBe(
    [
      'Not this time',
      'Thank you for asking to join Glow.',
      'Your audience and our shoppers do not overlap enough yet.',
      'The team says: Show us more reels.',
      'You may apply again on Feb 18, 2027.',
    ].join('\n'),
  )
  expect(news).toContain('Your application has an answer')
  expect(await ana.sees('applications')).toBe('Mia (@mia)\nDeclined by Ana, Nov 20, 2026.')
})

test('a second decision is told who was first', async () => {
  const bea = await w.manager('Bea')
  const { id } = await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { personId: mia.personId } }))
  expect(await bea.run('creator approve', { creator: id })).toBe('Already done\nAna already declined Mia.')
  expect(await mia.run('creator decline', { creator: id, reason: 'fit' })).toContain('Not allowed')
})

test('after the wait the same person applies again with a new card', async () => {
  w.at('2027-02-18T08:00:00Z')
  await mia.ask('apply', form)
  await mia.press('Accept')
  w.at('2027-02-18T12:01:00Z')
  expect(await mia.sees()).toContain('We have your application')
  const posts = await ana.sees('applications')
  expect(posts).toContain('Mia would like to join')
  expect(posts).toContain('Declined before: audience does not match.')
})

test('nobody declines their own application', async () => {
  const eve = await w.applicant('Eve')
  await eve.ask('apply', { ...form, handle: '@eve', email: 'eve@example.com' })
  await eve.press('Accept')
  const { id } = await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { personId: eve.personId } }))
  await w.within((ctx) => setRole(ctx, eve.personId, 'manager'))
  expect(await eve.run('creator decline', { creator: id, reason: 'fit' })).toContain('This is your own application.')
})
