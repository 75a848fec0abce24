import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { type World, world } from '../../world.ts'

let w: World
let root: Persona
let mia: Persona
beforeAll(async () => {
  // Saturday; the first digest and the end of the grace are on Monday and Tuesday.
  w = await world({ now: '2026-11-21T12:00:00Z', program: { graceDays: 3 } })
  root = await w.admin('Root')
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const ring = async (at: string) => {
  w.at(at)
  for (const job of ['messages', 'deliver']) await w.app.runJob(job)
}

test('a new program says nothing unasked in its first days; a manager looks at it first and starts it with one press', async () => {
  expect(await root.run('setup show')).toMatch(/Messages +open +digests and hints start by themselves on Nov 24/)
  await ring('2026-11-22T11:00:00Z')
  await ring('2026-11-23T09:00:00Z')
  expect(await mia.sees()).not.toMatch(/Your week|Your link is ready/)
  const ana = await w.manager('Ana')
  const dry = await ana.run('nudge dry')
  expect(dry).toMatch(/Nothing of this goes out yet\. It starts by itself[\s\S]*\[Start messages\]/)
  expect(dry).toMatch(/Digest: 1 creator, next/)
  expect((await ana.press('Start messages')).text).toContain('Messages have started')
  expect(await ana.run('nudge dry')).not.toContain('Start messages')
  await ring('2026-11-23T10:00:00Z')
  expect(await mia.sees()).toContain('Your week, Mia')
  expect(await root.run('setup show')).not.toContain('Messages')
})

test('left alone it starts by itself, and what fell into the first days is not made up for', async () => {
  await w.within(async (ctx) => {
    await ctx.db.message.deleteMany()
    const policy = { ...(ctx.program.policy as object), messagesFrom: '2026-12-08T12:00:00.000Z' }
    await ctx.db.program.update({ where: { id: ctx.program.id }, data: { policy } })
  })
  const digests = () => w.within((ctx) => ctx.db.message.findMany({ where: { kind: 'digest' }, select: { period: true } }))
  await ring('2026-12-09T12:00:00Z')
  expect(await digests()).toEqual([])
  await ring('2026-12-14T10:00:00Z')
  expect(await digests()).toEqual([{ period: '2026-W51' }])
})
