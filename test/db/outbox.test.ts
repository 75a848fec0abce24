import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimDue, intend, settle } from '../../src/db/outbox.ts'
import { minutes } from '../../src/kernel/time.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('what became newer while it was sent stays due, and a row that is leased is nobody else’s', async () => {
  const say = (title: string) =>
    w.within((ctx) =>
      intend(
        { db: ctx.db, now: ctx.now, programId: w.programId, id: ctx.id },
        { kind: 'post', audience: 'managers', key: 'k', payload: { title } },
      ),
    )
  const claim = () =>
    w.within(async ({ db, now }) => {
      const space = await db.space.findFirstOrThrow()
      return (await claimDue(db, space.id, now, minutes(now, 1), 10)).filter((row) => row.key === 'k')
    })
  await say('first')
  const [held] = await claim()
  expect(held).toMatchObject({ version: 1 })
  expect(await claim()).toEqual([])
  await say('second')
  await w.within(({ db, now }) => settle(db, held!, now))
  const [again] = await claim()
  expect(again).toMatchObject({ version: 2, payload: { title: 'second' } })
  await w.within(({ db, now }) => settle(db, again!, now))
  expect(await claim()).toEqual([])
})
