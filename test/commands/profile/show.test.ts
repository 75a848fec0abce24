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
