import { afterAll, beforeAll, expect, test } from 'vitest'
import { minutes } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ program: { policy: { codePercent: 15, disclosure: '#anzeige' } } })
})
afterAll(() => w.close())

test('the code, what it takes off, and a caption that discloses first', async () => {
  const mia = await w.creator('Mia')
  const text = await mia.run('code')
  expect(text).toMatch(/^Your code\nMIA15 takes 15 % off for shoppers, and the sale counts for you\.\n/)
  expect(text).toMatch(/\n#anzeige My favourites from Glow: https:\/\/go\.glow\.example\/mia-glow-\S+ \(15 % off with MIA15\)\n/)
  expect(await mia.run('code')).toBe(text)
})

test('the caption to copy counts in the country of its creator, in the kit too, and follows a move', async () => {
  const noah = await w.creator('Noah', { country: 'GB' })
  const [caption] = (await noah.run('code')).match(/#anzeige \| #ad My favourites .*/)!
  const handed = await noah.run('submit', { caption: caption!, url: 'https://www.instagram.com/p/noah1/' })
  expect(handed).toMatch(/^Handed in/)
  expect((await w.within((ctx) => ctx.db.verdict.findFirstOrThrow())).verdict).toBe('pass')
  expect(await noah.sees()).toContain('Begin each post with #anzeige | #ad, where')
  w.at(minutes(w.now, 1))
  await noah.run('profile edit', { country: 'France' })
  expect(await noah.sees()).toContain('Begin each post with #anzeige | Collaboration commerciale, where')
})

test('a code keeps its percentage when the policy changes', async () => {
  const lea = await w.creator('Lea')
  const root = await w.admin('Root')
  await root.run('setup program', { code_percent: '20' })
  expect(await lea.run('code')).toContain('LEA15 takes 15 % off')
  const zoe = await w.creator('Zoe')
  expect(await zoe.run('code')).toContain('ZOE20 takes 20 % off')
})

test('without a connected shop the choice holds at once, and the code before goes on for the grace', async () => {
  const ida = await w.creator('Ida')
  expect(await ida.run('code', { name: 'ida-loves' })).toMatch(/3 to 20 letters A-Z and digits[\s\S]*Try IDALOVES\./)
  expect(await ida.run('code', { name: 'IDALOVES' })).toMatch(/^Your code is IDALOVES[\s\S]*IDA20 still counts until/)
  expect(await ida.run('code')).toMatch(/^Your code\nIDALOVES takes 20 %[\s\S]*IDA20 still counts until/)
  expect(await ida.sees()).toContain('IDALOVES takes 20 % off')
  expect(await ida.run('code', { name: 'IDAAGAIN' })).toContain('You have chosen your code before.')
})

test('what looks like another code is refused with two that are free', async () => {
  const una = await w.creator('Una')
  expect(await una.run('code', { name: 'lDALOVE5' })).toMatch(
    /LDALOVE5 looks like a code that somebody has or had\.\nFree are LDALOVE520 and UNAGLOW20\./,
  )
  expect(await una.run('code', { name: 'MIA1S' })).toMatch(/looks like a code that somebody has or had/)
  expect(await una.run('code', { name: 'UNA2O' })).toContain('That reads like UNA20, which you have already.')
  expect(await una.run('code', { name: 'UNAROCKS' })).toMatch(/^Your code is UNAROCKS/)
})

test('a discount that the shop gives to everybody becomes nobody’s code, neither chosen nor made of a handle', async () => {
  const eve = await w.creator('Eve')
  const data = { number: '#1', at: '2026-11-20T11:00:00Z', currency: 'EUR', total: '100.00', codes: ['welcome20'], paid: true }
  await w.hook('generic', { type: 'order.created', data: { id: 'o1', ...data } })
  expect(await eve.run('code', { name: 'WELCOME20' })).toMatch(/Orders come with WELCOME20 already[\s\S]*\/creator import/)
  await eve.run('profile edit', { handle: '@welcome' })
  const { id: code } = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: eve.creatorId } }))
  await eve.run('rotate', { code })
  expect(await eve.run('code')).toContain('WELCOME20A takes')
  await w.hook('generic', { type: 'order.created', data: { id: 'o2', ...data } })
  expect(await w.within((ctx) => ctx.db.line.count({ where: { creatorId: eve.creatorId } }))).toBe(0)
})

test('a discount that no order came with for months is over, and may be somebody’s', async () => {
  const ivy = await w.creator('Ivy')
  const data = { number: '#9', at: '2026-07-01T11:00:00Z', currency: 'EUR', total: '100.00', codes: ['summersun'], paid: true }
  await w.hook('generic', { type: 'order.created', data: { id: 'o9', ...data } })
  expect(await w.within((ctx) => ctx.db.order.count({ where: { externalId: 'o9', creatorId: null } }))).toBe(1)
  expect(await ivy.run('code', { name: 'SUMMERSUN' })).toMatch(/^Your code is SUMMERSUN/)
})

test('two who choose the same name at once: one gets it', async () => {
  const [one, two] = [await w.creator('Ola'), await w.creator('Ove')]
  const answers = await Promise.all([one, two].map((who) => who.run('code', { name: 'NORTHGLOW' })))
  expect(answers.filter((text) => text.startsWith('Your code is NORTHGLOW'))).toHaveLength(1)
  expect(answers.filter((text) => text.includes('looks like a code'))).toHaveLength(1)
})
