import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AnyCommand } from '../../src/command.ts'
import { Refusal } from '../../src/kernel/refusal.ts'
import { dispatch } from '../../src/platforms/dispatch.ts'
import { resume } from '../../src/platforms/resume.ts'
import { MemoryDoor } from '../door.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('the same call heard twice runs once and gets the kept answer', async () => {
  const ana = await w.manager('Ana')
  const call = ana.call(
    'campaign create',
    { title: 'Spring shelf', brief: 'Show your shelf.', deadline: '14', seats_and_fee: '10 x 25', rights: 'none' },
    'evt-same',
  )
  const first = await dispatch(w.app, call)
  const second = await dispatch(w.app, call)
  expect(second).toEqual({ ...first, again: true })
  expect(await w.within((ctx) => ctx.db.mission.count({ where: { title: 'Spring shelf' } }))).toBe(1)
})

test('two deliveries of one call at the same moment run once', async () => {
  const ana = await w.manager('Ana')
  const call = ana.call(
    'campaign create',
    { title: 'At once', brief: 'Show your shelf.', deadline: '14', seats_and_fee: '10 x 25', rights: 'none' },
    'evt-race',
  )
  await Promise.all([dispatch(w.app, call), dispatch(w.app, call), dispatch(w.app, call)])
  expect(await w.within((ctx) => ctx.db.mission.count({ where: { title: 'At once' } }))).toBe(1)
})

test('an unknown command, an unknown option and a missing role each name the fix', async () => {
  const mia = await w.applicant('Mia')
  expect(await mia.run('dance')).toMatch(/no command called \/dance[\s\S]*\/help/)
  expect(await mia.run('review')).toMatch(/no command called \/review\.\nSee \/help/)
  expect(await (await w.manager('Ana')).run('review')).toMatch(
    /no command called \/review\.\nSay which: \/review next, \/review queue, (?:\/review [a-z]+,? ?){3}\. \/help names the others\./,
  )
  expect(await mia.run('profile sing')).toMatch(/Say which: [^\n]*\/profile show/)
  expect(await mia.run('help', { spin: 'left' })).toMatch(/no option called "spin"/)
  expect(await mia.run('review queue')).toMatch(/is for managers/)
})

test('a bug rolls back, is logged and shows a reference, never its message', async () => {
  const ana = await w.manager('Ana')
  const commands = w.app.commands as Map<string, AnyCommand>
  const original = commands.get('help')!
  commands.set('help', {
    ...original,
    run: async (ctx) => {
      await ctx.db.person.create({ data: { id: 'per_lost', name: 'Lost', createdAt: ctx.now } })
      throw new Error('secret internals')
    },
  })
  const level = w.app.log.level
  w.app.log.level = 'silent'
  const text = await ana.run('help')
  w.app.log.level = level
  commands.set('help', original)
  expect(text).toMatch(/Reference|reference/)
  expect(text).toMatch(/err_[0-9A-Z]{26}/)
  expect(text).not.toContain('secret internals')
  expect(await w.app.database.across((db) => db.person.count({ where: { id: 'per_lost' } }))).toBe(0)
})

test('looking leaves no trace in the audit, acting does, and what people wrote is not kept there', async () => {
  const ana = await w.manager('Ana')
  const count = () => w.within((ctx) => ctx.db.audit.count())
  const before = await count()
  await ana.run('help')
  expect(await count()).toBe(before)
  await ana.run('campaign create', {
    title: 'Quiet words',
    brief: 'Private prose here.',
    deadline: '14',
    seats_and_fee: '10 x 25',
    rights: 'none',
  })
  const rows = await w.within((ctx) => ctx.db.audit.findMany({ where: { run: 'campaign create' }, orderBy: { at: 'desc' } }))
  expect(JSON.stringify(rows)).not.toContain('Private prose')
  expect(await count()).toBe(before + 1)
})

test('characters that the database cannot keep close a call like any other', async () => {
  const mia = await w.applicant('Mia Null')
  const call = mia.call('dance\0floor', { 'sp\0in': 'a\0b', half: '\ud800' }, 'evt-null')
  const { card } = await dispatch(w.app, call)
  expect(JSON.stringify(card)).toContain('/dancefloor')
  const [row] = await w.within((ctx) => ctx.db.inbox.findMany({ where: { externalId: 'evt-null' } }))
  expect(row?.state).toBe('done')
})

test('a kept call that cannot be taken up after a restart does not keep the others', async () => {
  const ana = await w.manager('Ana')
  const heard = (id: string, body: Buffer) => ({
    id,
    programId: w.programId,
    source: 'chat:web',
    externalId: id,
    state: 'heard',
    bodyHash: id,
    body: Uint8Array.from(body),
    receivedAt: w.now,
  })
  await w.within((ctx) =>
    ctx.db.inbox.createMany({
      data: [
        heard('inb_broken', Buffer.from('not sealed by us')),
        heard('inb_sound', w.app.sealer.seal(JSON.stringify(ana.call('help', {}, 'inb_sound')))),
      ],
    }),
  )
  const level = w.app.log.level
  w.app.log.level = 'silent'
  const told: string[] = []
  await resume(w.app, w.programId, ['web'], async (call) => void told.push(call.run))
  w.app.log.level = level
  expect(told).toEqual(['help'])
})

test('a crowd that asks at once waits its turn, is all answered, and leaves connections to everything else', async () => {
  const commands = w.app.commands as Map<string, AnyCommand>
  const original = commands.get('help')!
  let release = (): void => {}
  const released = new Promise<void>((go) => {
    release = go
  })
  const ana = await w.manager('Ana')
  commands.set('help', { ...original, run: (ctx, given) => released.then(() => original.run(ctx, given)) })
  const crowd = Array.from({ length: 20 }, (_, n) => dispatch(w.app, ana.call('help', {}, `evt-crowd-${n}`)))
  // Longer than Prisma waits for a connection.
  await pause(6_000)
  expect(await w.within(async (ctx) => ctx.program.id)).toBe(w.programId)
  release()
  const titles = (await Promise.all(crowd)).map(({ card }) => card.title)
  commands.set('help', original)
  expect(new Set(titles)).toEqual(new Set([(await dispatch(w.app, ana.call('help', {}, 'evt-later'))).card.title]))
})

test('large files that are long in coming keep nobody else waiting', async () => {
  const [ana, mia] = [await w.manager('Ada'), await w.creator('Mia')]
  const door = new MemoryDoor('slow')
  let release = (): void => {}
  const released = new Promise<void>((go) => {
    release = go
  })
  let asked = 0
  door.fetchFile = async () => {
    asked++
    await released
    throw new Refusal('invalid', 'It could not be fetched.')
  }
  w.app.platforms.set('slow', door)
  const file = { platform: 'slow', ref: 'a', name: 'a.mp4', bytes: 70, mime: 'video/mp4' }
  const sent = Array.from({ length: 12 }, (_, n) => dispatch(w.app, mia.call('submit', { file }, `evt-slow-${n}`)))
  while (asked === 0) await pause(20)
  await pause(200)
  // Each is held whole, so that not all of them come at once.
  expect(asked).toBe(6)
  const told = await Promise.race([dispatch(w.app, ana.call('help', {}, 'evt-beside')), pause(3_000, undefined)])
  release()
  expect(told?.card.title).toBeDefined()
  for (const { card } of await Promise.all(sent)) expect(card.title).toBe('Please check')
  w.app.platforms.delete('slow')
})
