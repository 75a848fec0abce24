/** Calls whose end could not be written when it was told: what was said stays true. */
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApp, takeUp } from '../../src/app.ts'
import { plain } from '../../src/kernel/plain.ts'
import { minutes } from '../../src/kernel/time.ts'
import { dispatch } from '../../src/platforms/dispatch.ts'
import type { Call } from '../../src/platforms/platform.ts'
import type { Hall } from '../../src/platforms/porter.ts'
import { closeTold, resume } from '../../src/platforms/resume.ts'
import { MemoryDoor } from '../door.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const gone = () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })

/** A house whose database goes away once a call was heard, before its work or right after the commit of it. */
function away({ committed = false } = {}): Hall {
  let units = 0
  const act: Hall['act'] = async (...unit) => {
    if (committed && units++ === 0) await w.app.act(...unit)
    throw gone()
  }
  return { ...w.app, act }
}

const thanks = async (by: Call['by'] = 'slash') => {
  const n = Math.random().toString(36).slice(2, 8)
  const [mia, ben] = [await w.creator(`Mia${n}`), await w.creator(`Ben${n}`)]
  const call = mia.call('kudos', { creator: ben.creatorId, note: 'the light' }, `evt-${n}`, by)
  const count = () => w.within((ctx) => ctx.db.kudos.count({ where: { fromId: mia.creatorId } }))
  const row = () => w.within((ctx) => ctx.db.inbox.findFirstOrThrow({ where: { externalId: call.eventId } }))
  return { mia, call, count, row }
}

test('what was said to have changed nothing does not run after all, neither beside the work nor after a restart', async () => {
  const late: string[] = []
  const restarted = () => resume(w.app, w.programId, ['web'], async (call) => void late.push(call.run))
  const one = await thanks()
  expect(plain((await dispatch(away(), one.call)).card)).toMatch(/One moment, please[\s\S]*Nothing was changed/)
  expect((await one.row()).state).toBe('heard')
  await closeTold(w.app)
  expect((await one.row()).state).toBe('done')
  expect(await restarted()).toBe(0)
  expect(plain((await dispatch(w.app, one.call)).card), 'asked by the same event').toContain('Nothing was changed')

  const two = await thanks()
  await dispatch(away(), two.call)
  const { config, sealer } = w.app
  const next = await createApp({ config, log: w.app.log, databaseUrl: w.url, sealer, clock: () => w.now })
  next.platforms.set('web', new MemoryDoor('web'))
  await takeUp(next, ['web'])
  await next.close()
  expect((await two.row()).state).toBe('done')
  expect([await one.count(), await two.count(), late]).toEqual([0, 0, []])
  await closeTold(w.app)
  expect(await two.mia.sees()).not.toContain('Ben')
})

test('what was done although nobody could know is told as done', async () => {
  const told = await thanks()
  expect(plain((await dispatch(away({ committed: true }), told.call)).card)).toContain('Nothing was changed')
  expect(await told.count()).toBe(1)
  await closeTold(w.app)
  expect(await told.mia.sees()).toContain('Thank you sent')
  expect(await w.within((ctx) => ctx.db.audit.count({ where: { personId: told.mia.personId, run: 'kudos' } }))).toBe(1)

  // Where the database answers again at once, the true end is the answer.
  const known = await thanks()
  let units = 0
  const act: Hall['act'] = async (...unit) => {
    const done = await w.app.act(...unit)
    if (units++ === 0) throw gone()
    return done
  }
  expect(plain((await dispatch({ ...w.app, act }, known.call)).card)).not.toContain('Nothing was changed')
  expect(await w.within((ctx) => ctx.db.audit.count({ where: { personId: known.mia.personId, run: 'kudos' } }))).toBe(1)
})

test('a call that may have been heard, and was said not to be, is closed as well', async () => {
  const { call, count, row } = await thanks()
  const database = {
    ...w.app.database,
    single: async (...statement: Parameters<typeof w.app.database.single>) => {
      await w.app.database.single(...statement)
      throw gone()
    },
  } as typeof w.app.database
  await expect(dispatch({ ...w.app, database }, call)).rejects.toThrow('connect')
  await closeTold(w.app)
  expect([(await row()).state, await count()]).toEqual(['done', 0])
})

test('a signal, which nobody can give again, is done once the database is back', async () => {
  const { call, count, row } = await thanks('signal')
  await dispatch(away(), call)
  w.at(minutes(w.now, 2))
  await closeTold(w.app)
  expect([(await row()).state, await count()]).toEqual(['done', 1])
})

test('a signal during which the database goes away once more stays to be done', async () => {
  const { call, count, row } = await thanks('signal')
  await dispatch(away(), call)
  await closeTold({ ...w.app, act: away().act })
  expect((await row()).state).toBe('heard')
  await closeTold(w.app)
  expect([(await row()).state, await count()]).toEqual(['done', 1])
})

test('a start at which nothing can be closed takes nothing up that was said to have changed nothing', async () => {
  const { call, count, row } = await thanks()
  await dispatch(away(), call)
  let units = 0
  const within: Hall['database']['within'] = async (...unit) => {
    if (units++ === 0) throw gone()
    return w.app.database.within(...unit)
  }
  await expect(takeUp({ ...w.app, database: { ...w.app.database, within } }, ['web'])).rejects.toThrow('connect')
  expect([(await row()).state, await count()]).toEqual(['heard', 0])
  await closeTold(w.app)
  expect((await row()).state).toBe('done')
})

test('an event that was not heard and comes once more runs, although its first coming was told', async () => {
  const { call, count } = await thanks()
  const single = async () => Promise.reject(gone())
  await expect(dispatch({ ...w.app, database: { ...w.app.database, single } }, call)).rejects.toThrow('connect')
  w.at(minutes(w.now, 1))
  const act: Hall['act'] = async (...unit) => {
    await closeTold(w.app)
    return w.app.act(...unit)
  }
  expect(plain((await dispatch({ ...w.app, act }, call)).card)).toContain('Thank you sent')
  expect(await count()).toBe(1)
})

test('no file lies here for ever: neither one that is in the way nor one that nobody can read', async () => {
  const folder = join(w.app.config.DATA_DIR, 'told')
  const { call, row } = await thanks()
  await dispatch(away(), call)
  const [name] = readdirSync(folder)
  rmSync(join(folder, name!))
  mkdirSync(join(folder, name!))
  await closeTold(w.app)
  expect((await row()).state).toBe('done')
  rmSync(join(folder, name!), { recursive: true })

  const [old, young] = ['0'.repeat(32), '1'.repeat(32)].map((one) => join(folder, one))
  for (const file of [old!, `${old}.new`, young!]) writeFileSync(file, 'cut short')
  for (const file of [old!, `${old}.new`]) utimesSync(file, minutes(w.now, -1500), minutes(w.now, -1500))
  expect(await w.app.told.all()).toEqual([])
  expect([old!, `${old}.new`, young!].map((file) => existsSync(file))).toEqual([false, false, true])
})
