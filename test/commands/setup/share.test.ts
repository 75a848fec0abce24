import { afterAll, beforeAll, expect, test } from 'vitest'
import { share } from '../../../src/http/share.ts'
import { customer } from '../../customers.ts'
import { type World, world } from '../../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ mounts: (app) => [share(app)] })
})
afterAll(() => w.close())

test('opens and closes the page, and sets the code that everybody gets', async () => {
  const root = await w.admin('Root')
  expect(await (await w.manager('Ana')).run('setup share')).toContain('Not allowed')
  expect(await root.run('setup share')).toMatch(/Page +Closed[\s\S]*Thank-you code +None/)
  expect((await customer(w)).words).toContain('Glow takes nothing through this page just now.')
  expect(await root.run('setup share', { percent: '10' })).toContain('There is no code that takes this off.')
  expect(await root.run('setup share', { code: 'two words' })).toContain('no spaces')
  const saved = await root.run('setup share', { page: 'on', code: 'GLAD10', percent: '10' })
  expect(saved).toMatch(/Page +Open[\s\S]*GLAD10, 10 % off, the same for everybody who sends something, whatever they say/)
  expect((await customer(w)).words).toContain('gets the code for 10 % off')
  expect(await root.run('setup share', { code: 'none' })).toMatch(/Page +Open[\s\S]*Thank-you code +None/)
  const kim = await customer(w)
  expect(kim.words).not.toContain('thank-you')
  await kim.share({ words: 'Good' })
  expect(kim.words).not.toContain('code')
  await root.run('setup share', { page: 'off' })
  await kim.open()
  expect(kim.words).toContain('takes nothing')
})
