import { afterAll, beforeAll, expect, test } from 'vitest'
import { buttonsOf } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const linkOf = async (person: Awaited<ReturnType<World['creator']>>): Promise<string> => {
  const { card } = await person.ask('dashboard')
  const [button] = buttonsOf(card!)
  return (button as { url: string }).url
}

test('creators, managers and admins get a link of their own, a new one each time', async () => {
  for (const person of [await w.creator('Mia'), await w.manager('Ana'), await w.admin('Root')]) {
    const url = await linkOf(person)
    expect(url).toMatch(new RegExp(`^https://go\\.glow\\.example/login/${w.programId}\\.[A-Za-z0-9_-]{43}$`))
    expect(await linkOf(person)).not.toBe(url)
  }
})

test('who is not part of the program is told how to join', async () => {
  const zoe = await w.applicant('Zoe')
  expect(await zoe.run('dashboard')).toMatch(/for creators and managers[\s\S]*\/apply/)
  expect(await w.within((ctx) => ctx.db.loginLink.count({ where: { personId: zoe.personId } }))).toBe(0)
})

test('only the hash of a link is kept, and the answer of the command is kept sealed', async () => {
  const ana = await w.manager('Ana')
  const token = (await linkOf(ana)).split('.').at(-1)!
  const kept = await w.within(
    (ctx) =>
      ctx.db.$queryRaw<{ found: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM "LoginLink" WHERE to_jsonb("LoginLink")::text LIKE ${`%${token}%`})
          OR EXISTS (SELECT 1 FROM "Inbox" WHERE "answer"::text LIKE ${`%${token}%`}) AS found`,
  )
  expect(kept).toEqual([{ found: false }])
  expect(await w.within((ctx) => ctx.db.loginLink.count({ where: { personId: ana.personId, spentAt: null } }))).toBeGreaterThan(0)
})
