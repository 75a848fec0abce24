import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a creator sees what we know of them; others have none', async () => {
  const mia = await w.creator('Mia')
  expect(await mia.run('profile show')).toMatch(
    /^Your profile\nName +Mia\nHandle +@mia\.glow\nNiche +beauty\nCountry +Germany\nE-mail +mia@example\.com\nStatus +approved\n\[Edit profile\]$/,
  )
  const lea = await w.applicant('Lea')
  expect(await lea.run('profile show')).toBe('Not found\nYou have no profile yet.\nJoin with /apply.')
})

test('the same e-mail elsewhere is a hint to connect, and tells nothing of the other account', async () => {
  const zoe = await w.creator('Zoe')
  const twin = await w.creator('Secret', { email: 'zoe@example.com' })
  expect(await zoe.run('profile show')).toMatch(
    /Is this you on Web too\? Connect the two accounts with a code\.\n\[Connect accounts\]$/,
  )
  const { text } = await zoe.press('Connect accounts')
  expect(text).toContain('Are you here a second time?')
  expect(`${await zoe.run('profile show')}${text}`).not.toContain('Secret')
  await twin.run('profile connect', { code: /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(text)![0] })
  expect(await zoe.run('profile show')).not.toContain('Is this you')
})

test('no e-mail is nobody’s hint', async () => {
  const [one, other] = [await w.creator('One'), await w.creator('Other')]
  const ids = [one.creatorId, other.creatorId]
  await w.within((ctx) => ctx.db.creator.updateMany({ where: { id: { in: ids } }, data: { email: '' } }))
  expect(await one.run('profile show')).not.toContain('Is this you')
})
