import { afterAll, beforeAll, expect, test } from 'vitest'
import { setFinance } from '../../src/people/service.ts'
import { buttonsOf } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a newcomer reads how to join, and only what they may do', async () => {
  const mia = await w.applicant('Mia')
  const { card, text } = await mia.ask('help')
  expect(text).toMatch(/^Hello Mia\nWelcome\. Join Glow/)
  expect(buttonsOf(card!).map((b) => b.label)).toEqual(['Apply', 'Read terms', 'Change settings'])
  expect(text).toMatch(/\/apply +Join the program as a creator/)
  for (const hidden of ['/link', '/creator approve', '/setup', 'For creators']) expect(text).not.toContain(hidden)
})

test('nothing that a visitor reads of refuses them for being one', async () => {
  const kim = await w.applicant('Kim')
  const help = await kim.run('help')
  const told = [...w.app.commands.values()].filter((cmd) => help.includes(`/${cmd.name} `) && help.includes(cmd.description))
  expect(told.length).toBeGreaterThan(5)
  const refused: string[] = []
  for (const { name } of told) if ((await kim.run(name)).startsWith('Not allowed')) refused.push(name)
  expect(refused).toEqual([])
  // Of what others alone have, nothing is listed: licences, pieces, cases, orders.
  for (const name of ['/dispute', '/rights show', '/rights sign', '/metrics', '/case', '/why', '/profile edit'])
    expect(help).not.toContain(name)
  expect(await kim.run('mission')).toContain('See /help for what you may do here.')
})

test('whoever has left reads where their money is asked for, whoever sees to money how its pages open', async () => {
  const lou = await w.creator('Lou')
  await lou.run('leave', { sure: 'yes' })
  const help = await lou.run('help')
  for (const name of ['/earnings', '/statement', '/details', '/dispute', '/rights list']) expect(help).toContain(`${name} `)
  for (const name of ['/dashboard', '/mission list', '/link']) expect(help).not.toContain(`${name} `)
  const gus = await w.applicant('Gus')
  await w.within((ctx) => setFinance(ctx, gus.personId, true))
  const money = await gus.run('help')
  expect(money).toContain('/dashboard ')
  expect(money).toContain('/payout show ')
  expect(money).not.toContain('/mission list ')
})

test('whoever was banned is not told to apply', async () => {
  const ida = await w.creator('Ida')
  const ana = await w.manager('Ana of Ida')
  await ana.ask('creator ban', { creator: ida.creatorId, why: 'Bought followers.' })
  const help = await ida.run('help')
  expect(help).toContain('/earnings ')
  expect(help).toContain('/rights show ')
  expect(help).not.toContain('/apply')
})

test('an applicant is led on', async () => {
  const lea = await w.applicant('Lea')
  const form = { handle: '@lea', niche: 'food', country: 'AT', email: 'lea@example.com', adult_and_consent: 'yes' }
  await lea.ask('apply', form)
  expect(await lea.run('help')).toContain('The terms are the last step.')
  await lea.press('Read terms')
  await lea.press('Accept')
  const { card, text } = await lea.ask('help')
  expect(text).toContain('We have your application')
  expect(buttonsOf(card!).map((b) => b.label)).not.toContain('Apply')
})

test('creators, managers and admins each see theirs, every command once', async () => {
  const zoe = await w.creator('Zoe')
  const own = await zoe.run('help')
  expect(own).toContain('For creators')
  expect(own).toMatch(/\[Show link\]/)
  expect(own).not.toContain('For managers')
  const ana = await w.manager('Ana')
  const team = await ana.run('help')
  expect(team).toContain('For managers')
  expect(team).not.toContain('For creators')
  expect(team).not.toContain('For admins')
  const root = await w.admin('Root')
  const all = await root.run('help')
  for (const cmd of w.app.commands.values()) {
    const times = all.split('\n').filter((line) => line.startsWith(`/${cmd.name} `) && line.includes(cmd.description)).length
    const named = cmd.listed && cmd.role !== 'creator' && cmd.name !== 'profile edit'
    expect([cmd.name, times]).toEqual([cmd.name, named ? 1 : 0])
  }
})
