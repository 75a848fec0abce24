// What the hall says to the inbox, each by one statement: who asks and what they asked, what became of it meanwhile, and its end.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { type Caller, callNow, finishCall, type Heard, hearKnown } from '../../src/db/inbox.ts'
import { recognise } from '../../src/people/service.ts'
import { type World, world } from '../world.ts'

let w: World
let other: string
beforeAll(async () => {
  w = await world()
  other = await w.neighbour()
})
afterAll(() => w.close())
beforeEach(async () => {
  await w.app.database.owner.query('TRUNCATE "Inbox", "Draft"')
})

const account = (user: string): Caller => ({ platform: 'discord', workspace: 'guild', user })
const heard = (externalId: string, programId = w.programId): Heard => ({
  id: w.app.newId('inbox', w.now),
  programId,
  source: 'chat:discord',
  externalId,
  bodyHash: 'h',
  body: Uint8Array.from([0, 255, 92, 39, 10]),
  receivedAt: w.now,
})
const hear = (user: string, call: Heard) => hearKnown(w.app.database, account(user), call)
const kept = (programId = w.programId) => w.app.database.within(programId, (db) => db.inbox.findMany())

const within = <T>(work: (ctx: Context) => Promise<T>) => w.app.within(w.programId, work)

/** Somebody of the program, with what is set of them. */
const meet = (user: string, set: { role?: string; zone?: string; locale?: string; mergedInto?: string } = {}): Promise<string> =>
  w.app.within(w.programId, async (ctx) => {
    const { membership } = await recognise(ctx, { ...account(user), userName: user, programId: w.programId })
    await ctx.db.membership.update({ where: { id: membership.id }, data: set })
    return membership.personId
  })

async function creatorOf(ctx: Context, personId: string): Promise<string> {
  const id = ctx.id('creator')
  const about = {
    handle: personId,
    niche: 'beauty',
    country: 'DE',
    email: 'c@example.com',
    appliedAt: ctx.now,
    createdAt: ctx.now,
  }
  await ctx.db.creator.create({ data: { id, programId: ctx.program.id, personId, name: 'C', state: 'approved', ...about } })
  return id
}

test('a call of somebody known is kept, byte for byte, and says who it is', async () => {
  const personId = await meet('mia', { role: 'creator', zone: 'Asia/Tokyo' })
  const creatorId = await w.app.within(w.programId, (ctx) => creatorOf(ctx, personId))
  const call = heard('1')
  const { locale } = await w.app.within(w.programId, async ({ program }) => program)
  expect(await hear('mia', call)).toEqual({
    personId,
    name: 'mia',
    role: 'creator',
    finance: false,
    zone: 'Asia/Tokyo',
    locale,
    creatorId,
    creatorState: 'approved',
    stood: [],
  })
  expect(await kept()).toMatchObject([{ ...call, state: 'heard', tries: 0, answer: null, doneAt: null }])
})

test('the same name in another workspace is somebody else', async () => {
  await meet('ann')
  const elsewhere = { ...account('ann'), workspace: 'another' }
  expect(await hearKnown(w.app.database, elsewhere, heard('1'))).toBeUndefined()
  expect(await hearKnown(w.app.database, { ...account('ann'), platform: 'slack' }, heard('2'))).toBeUndefined()
})

test('a language that was chosen counts, else the program’s', async () => {
  await meet('ann', { locale: 'fr' })
  expect(await hear('ann', heard('1'))).toMatchObject({ locale: 'fr' })
})

test('the program of a unit of work is its row', () =>
  within(async ({ db, program }) => {
    expect(program).toEqual(await db.program.findUnique({ where: { id: w.programId } }))
  }))

test('a connection that lost what was prepared is no failure', async () => {
  await meet('ann')
  await hear('ann', heard('1'))
  await w.app.database.owner.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%"Identity" i%' AND datname = current_database() AND pid <> pg_backend_pid()`,
  )
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await hear('ann', heard('2'))).toBeDefined()
})

test('whoever holds all the other connections keeps no call from being heard', async () => {
  await meet('ann')
  const held = await Promise.all(Array.from({ length: 4 }, () => w.app.database.pool.connect()))
  try {
    expect(await hear('ann', heard('1'))).toBeDefined()
  } finally {
    for (const client of held) client.release()
  }
})

test('who chose no zone has the program’s, and who is no creator has no creator id', async () => {
  const personId = await meet('ann')
  const { zone } = await w.app.within(w.programId, async ({ program }) => program)
  expect(await hear('ann', heard('1'))).toMatchObject({ personId, role: 'anyone', zone, creatorId: null })
})

test('what was heard before is not heard again, and the first stays', async () => {
  await meet('ann')
  const first = heard('1')
  expect(await hear('ann', first)).toBeDefined()
  expect(await hear('ann', heard('1'))).toBeUndefined()
  expect((await kept()).map((row) => row.id)).toEqual([first.id])
})

test('nothing is kept of a stranger, of a neighbour’s member and of who became somebody else', async () => {
  const ann = await meet('ann')
  await meet('old', { mergedInto: ann })
  expect(await hear('nobody', heard('1'))).toBeUndefined()
  expect(await hear('old', heard('2'))).toBeUndefined()
  expect(await hear('ann', heard('3', other))).toBeUndefined()
  expect([...(await kept()), ...(await kept(other))]).toEqual([])
})

test('the tenant ends with the statement', async () => {
  await meet('ann')
  await hear('ann', heard('1'))
  const { rows } = await w.app.database.pool.query('SELECT id FROM "Inbox"')
  expect(rows).toEqual([])
})

const draft = (ctx: Context, personId: string, run: string) =>
  ctx.db.draft.create({ data: { programId: ctx.program.id, personId, run, values: { a: 'b' }, expiresAt: ctx.now } })

test('the end of a call keeps its answer, takes away its own form alone and says whether anything was written before', async () => {
  const personId = await meet('ann')
  await within(async (ctx) => {
    for (const run of ['apply', 'link']) await draft(ctx, personId, run)
    await draft(ctx, 'per_other', 'apply')
  })
  const [looked, wrote] = [heard('1'), heard('2')]
  for (const call of [looked, wrote]) await hear('ann', call)
  const form = { programId: w.programId, personId, run: 'apply' }
  expect(await within(({ db, now }) => finishCall(db, looked.id, { sealed: 'x' }, now, form))).toEqual({ wrote: false })
  expect(await within(({ db }) => db.draft.findMany({ select: { personId: true, run: true }, orderBy: { run: 'asc' } }))).toEqual(
    [
      { personId: 'per_other', run: 'apply' },
      { personId, run: 'link' },
    ],
  )
  const after = within(async (ctx) => {
    await draft(ctx, personId, 'apply')
    return finishCall(ctx.db, wrote.id, { sealed: 'y' }, ctx.now)
  })
  expect(await after).toEqual({ wrote: true })
  expect(await within(({ db }) => db.draft.count())).toBe(3)
  const rows = await kept()
  expect(rows.find(({ id }) => id === looked.id)).toMatchObject({ state: 'done', answer: { sealed: 'x' }, doneAt: w.now })
  expect(rows.find(({ id }) => id === wrote.id)).toMatchObject({ state: 'done', answer: { sealed: 'y' } })
})

test('a call that is not there cannot be ended', async () => {
  await expect(within(({ db, now }) => finishCall(db, 'inb_gone', {}, now))).rejects.toThrow('inb_gone')
  expect(await within(({ db }) => callNow(db, 'inb_gone', { programId: w.programId, personId: 'x' }))).toBeUndefined()
})

test('what became of a call and of who asked it', async () => {
  const [ann, bea, cleo] = [await meet('ann'), await meet('bea'), await meet('cleo')]
  const call = heard('1')
  await hear('ann', call)
  const now = (personId: string, creatorId?: string) =>
    within(({ db }) => callNow(db, call.id, { programId: w.programId, personId, ...(creatorId ? { creatorId } : {}) }))
  expect(await now(ann)).toEqual({ state: 'heard', answer: null, merged: false })
  await meet('bea', { mergedInto: ann })
  expect(await now(bea)).toMatchObject({ merged: true })
  const creatorId = await within(async (ctx) => {
    const id = await creatorOf(ctx, cleo)
    await ctx.db.creator.update({ where: { id }, data: { state: 'left', mergedInto: await creatorOf(ctx, bea) } })
    await finishCall(ctx.db, call.id, { sealed: 'x' }, ctx.now)
    return id
  })
  expect(await now(cleo, creatorId)).toEqual({ state: 'done', answer: { sealed: 'x' }, merged: true })
})
