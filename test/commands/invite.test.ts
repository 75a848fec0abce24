import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a creator brings another by first name; the team decides, and only the name and the state are told', async () => {
  const mia = await w.creator('Mia')
  expect(await mia.run('invite')).toContain('pays nothing for it at the moment')
  const text = await mia.run('invite', { name: 'Zoe Miller' })
  expect(text).toMatch(/https:\/\/go\.glow\.example\/join\/\S+/)
  expect(await mia.run('invite')).toMatch(/Zoe +not here yet/)
  expect(await mia.run('invite')).not.toContain('Miller')
  const zoe = await w.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { name: 'Zoe Miller' } }))
  expect(zoe).toMatchObject({ state: 'invited', autoApprove: false, invitedBy: mia.personId })
  expect(await (await w.applicant('Guest')).run('invite', { name: 'X' })).toContain('Not allowed')
})
