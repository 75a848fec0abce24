import { afterAll, beforeAll, expect, test } from 'vitest'
import { buttonsOf, type Persona } from '../../chat.ts'
import { MemoryDoor } from '../../door.ts'
import { type World, world } from '../../world.ts'

let w: World
let root: Persona
beforeAll(async () => {
  w = await world()
  root = await w.admin('Root')
  w.app.platforms.set('discord', new MemoryDoor('discord'))
})
afterAll(() => w.close())

const steps = async () => {
  const { card, text } = await root.ask('setup show')
  const table = card!.blocks.find((block) => block.block === 'table')!
  const state = Object.fromEntries(table.rows.map(([step, state]) => [String(step), String(state)]))
  return { text, state, first: buttonsOf(card!)[0]!, labels: buttonsOf(card!).map((b) => b.label) }
}

test('the checklist begins with the space and says what is open', async () => {
  const { text, state, labels } = await steps()
  expect(text).toMatch(/^Glow: 2 of 9 steps done/)
  expect(state).toMatchObject({
    Space: 'open',
    Channels: 'open',
    Terms: 'done',
    'Rate and hold': 'open',
    Domain: 'done',
    Mail: 'optional',
  })
  expect(labels).toEqual(['Connect a space', 'Send a test order', 'Change settings'])
  const ana = await w.manager('Ana')
  expect(await ana.run('setup show')).toContain('/setup show is for admins.')
})

test('each step is done by the button of the card, one after the other, and then it is set up', async () => {
  await w.within((ctx) =>
    ctx.db.space.create({
      data: { id: ctx.id('space'), programId: w.programId, platform: 'discord', workspace: '4001', createdAt: ctx.now },
    }),
  )
  expect((await steps()).first.label).toBe('Make channels')
  await root.press('Make channels')
  await w.tick()
  expect((await steps()).first.label).toBe('Keep rate and hold')
  await root.press('Keep rate and hold')
  expect((await steps()).first.label).toBe('Keep payday')
  await root.press('Keep payday')
  expect((await steps()).first.label).toBe('Set the shop')
  await root.press('Set the shop')
  await root.fill({ shop: 'https://glow.example/' })
  expect((await steps()).first.label).toBe('Show webhooks')
  await w.hook('generic', { type: 'nothing.we.know', data: {} })
  expect((await steps()).first.label).toBe('Invite a creator')
  await w.creator('Mia')
  const { text, first, state } = await steps()
  expect(text).toMatch(/^Glow is set up/)
  expect(first.label).toBe('Send a test order')
  const { Mail, ...others } = state
  expect(Mail).toBe('optional')
  expect(new Set(Object.values(others))).toEqual(new Set(['done']))
})
