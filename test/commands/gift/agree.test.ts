import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { address } from '../../gifts.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
let mia: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const giftOf = (id: string) => w.within((ctx) => ctx.db.gift.findUniqueOrThrow({ where: { id } }))
const ask = async () => {
  await mia.run('gift ask', { product: 'Serum', why: 'A morning routine.', ...address })
  return (await w.within((ctx) => ctx.db.gift.findFirstOrThrow({ where: { state: 'asked' } }))).id
}

test('agreeing asks what it is worth, and what is no worth is refused', async () => {
  const gift = await ask()
  expect((await ana.ask('gift agree', { gift })).form?.fields.map(({ name }) => name)).toEqual(['worth'])
  for (const worth of ['free', '-5', '25,00'])
    expect(await ana.run('gift agree', { gift, worth }), worth).toMatch(/is not a worth[\s\S]*25\.00/)
  expect(await ana.run('gift agree', { gift, worth: '19.90' })).toMatch(/Worth +€19\.90/)
  expect((await giftOf(gift)).valueMinor).toBe(1_990n)
})

test('two managers agree at once, and it is agreed once', async () => {
  const gift = await ask()
  const bo = await w.manager('Bo')
  const said = await Promise.all([
    ana.run('gift agree', { gift, worth: '25.00' }),
    bo.run('gift agree', { gift, worth: '25.00' }),
  ])
  expect(said.filter((words) => words.includes('is to be sent already'))).toHaveLength(1)
  expect((await giftOf(gift)).state).toBe('agreed')
})
