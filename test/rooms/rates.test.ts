import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { policySchema } from '../../src/programs/rules.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'
import { enlist, type Member, order, tell } from './shop.ts'

let w: World
let ana: Persona
let mia: Member
let rates = 0
let name: string
beforeAll(async () => {
  w = await world({ now: '2027-01-01T12:00:00Z' })
  ana = await w.manager('Ana')
})
afterAll(() => w.close())
beforeEach(async () => {
  w.at('2027-01-01T12:00:00Z')
  name = `Vip ${++rates}`
  mia = await enlist(w, `Mia${rates}`)
  await set('20 %')
})

/** For her alone, so that what one test does is nothing to the others. */
async function set(pays: string, day?: string): Promise<string> {
  if (day) w.at(`2027-01-${day}T12:00:00Z`)
  await w.within((ctx) => ctx.db.creator.update({ where: { id: mia.creatorId }, data: { tags: [name] } }))
  const said = await ana.run('rate set', { name, pays, tag: name })
  await told()
  return said
}
async function end(day: string): Promise<string> {
  w.at(`2027-01-${day}T12:00:00Z`)
  const [rule] = await ana.suggest('rate end', 'rule', name)
  const said = await ana.run('rate end', { rule: rule!.value })
  await told()
  return said
}
const told = () => w.app.runJob('announce', { program: w.programId })
const pays = async (at: string) => {
  const id = `${name}-${at}`.replaceAll(' ', '')
  await tell(w, order(id, { codes: [mia.code], at: `${at}T12:00:00Z` }))
  return /Rate +(\d+ %)/.exec(await mia.run('why', { order: `#${id}` }))?.[1]
}
const times = async (words: string) => (await mia.sees()).split(words).length - 1

test('what is lowered again before it began gets a notice of its own, and what was announced is taken back', async () => {
  expect(await set('18 %', '02')).toMatch(/From +Jan 16, 2027/)
  expect(await mia.sees()).toContain(`From Jan 16, 2027 it is 18 % for tag ${name}`)
  const said = await set('1 %', '15')
  expect(said).toMatch(/From +Jan 29, 2027\nBefore +20 %/)
  expect(said).toContain('What was announced of it does not come; everyone who was told is told so.')
  expect(await mia.sees()).toContain(
    `What was announced of the rate “${name}” for Jan 16, 2027 does not come. It is 20 % for tag ${name} now.`,
  )
  expect(await mia.sees()).toContain(`From Jan 29, 2027 it is 1 % for tag ${name}`)
  expect(await ana.run('rate list')).not.toMatch(new RegExp(`${name} +18 %`))
  await told()
  expect([await times('a rate changes'), await times('does not come')]).toEqual([2, 1])
  w.at('2027-02-01T12:00:00Z')
  expect([await pays('2027-01-17'), await pays('2027-01-28'), await pays('2027-01-30')]).toEqual(['20 %', '20 %', '10 %'])
})

test('two changes of one moment are both told', async () => {
  await set('18 %', '02')
  await set('1 %')
  expect(await mia.sees()).toContain(`From Jan 16, 2027 it is 1 % for tag ${name}`)
  expect([await times('a rate changes'), await times('does not come')]).toEqual([2, 1])
})

test('what is as good as before again holds at once, and only whoever heard of the fall hears that it does not come', async () => {
  await set('18 %', '02')
  const late = await enlist(w, `Late${rates}`)
  expect(await set('20 %', '03')).toContain('The rate holds now')
  await w.within((ctx) => ctx.db.creator.update({ where: { id: late.creatorId }, data: { tags: [name] } }))
  await told()
  expect([await times('a rate changes'), await times('does not come')]).toEqual([1, 1])
  expect(await late.sees()).not.toContain('does not come')
  w.at('2027-02-01T12:00:00Z')
  expect([await pays('2027-01-04'), await pays('2027-01-20')]).toEqual(['20 %', '20 %'])
})

test('a rate that ends before the announced one began ends after a notice of its own', async () => {
  await set('18 %', '02')
  expect(await end('10')).toContain('It holds until Jan 24, 2027')
  expect(await mia.sees()).toContain(`The rate “${name}” (20 % for tag ${name}) ends on Jan 24, 2027.`)
  expect(await mia.sees()).toMatch(/does not come\. It is 20 %[\s\S]* ends on Jan 24, 2027/)
  expect(await times('does not come')).toBe(1)
  w.at('2027-02-01T12:00:00Z')
  expect([await pays('2027-01-23'), await pays('2027-01-25')]).toEqual(['20 %', '10 %'])
})

test('a rate that is set again before it ended goes on, and whoever heard of its end hears that', async () => {
  await end('02')
  expect(await times('ends on Jan 16, 2027')).toBe(1)
  await set('22 %', '05')
  expect(await mia.sees()).toContain(
    `What was announced of the rate “${name}” for Jan 16, 2027 does not come. It is 22 % for tag ${name} now.`,
  )
})

test('without a notice what falls or ends is told as it happens, once', async () => {
  const notice = (noticeDays: number) =>
    w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy: policySchema.parse({ noticeDays }) } }))
  await notice(0)
  const lowered = await set('18 %', '02')
  expect(lowered).toMatch(/The rate holds now[\s\S]*From +Jan 2, 2027\nBefore +20 %/)
  const ended = await end('03')
  expect(ended).toContain(`The rate “${name}” has ended`)
  for (const said of [lowered, ended]) expect(said).not.toContain('after the notice')
  const seen = await mia.sees()
  expect(seen).toContain(`The rate “${name}” was 20 % for tag ${name}. Since Sat, Jan 2, 2027`)
  expect(seen).toContain(`The rate “${name}” (18 % for tag ${name}) ended on Sun, Jan 3, 2027`)
  await set('19 %', '04')
  await set('21 %', '05')
  await set('20 %', '06')
  const news = (await mia.sees()).split('a rate changed').length - 1
  expect(news).toBe(3)
  expect(await mia.sees()).toContain(`was 21 % for tag ${name}. Since Wed, Jan 6, 2027`)
  await notice(14)
})
