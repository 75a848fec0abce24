import { afterAll, beforeEach, expect, test } from 'vitest'
import { card } from '../../src/kernel/card.ts'
import { minutes } from '../../src/kernel/time.ts'
import { letGoOfLost } from '../../src/platforms/places.ts'
import { gone, later, lost, type MessageRef, type Post } from '../../src/platforms/platform.ts'
import { prepareSpace } from '../../src/programs/service.ts'
import { type World, world } from '../world.ts'

let w: World
const opened: World[] = []
beforeEach(async () => {
  w = await world()
  opened.push(w)
})
afterAll(async () => {
  for (const one of opened) await one.close()
})

const show = (words: string, key = 'k') => w.within((ctx) => ctx.show({ channel: 'wins' }, key, card(words)))
const place = () => `${w.programId}:wins`
const titles = () => w.door.in(place()).map((m) => m.card.title)
const deliver = () => w.app.runJob('deliver')

test('the same key again edits the old message; the same card again does nothing', async () => {
  await show('First')
  await deliver()
  w.at(minutes(w.now, 1))
  await show('Second')
  await deliver()
  await show('Second')
  await deliver()
  expect(titles()).toEqual(['Second'])
  expect(w.door.in(place())[0]!.edits).toBe(1)
})

test('only the newest version is sent, and one post is edited at most once in ten seconds', async () => {
  await show('1')
  await show('2')
  await deliver()
  expect(titles()).toEqual(['2'])
  for (const words of ['3', '4', '5']) {
    await show(words)
    await deliver()
  }
  const edits = w.door.in(place())[0]!.edits
  expect(edits).toBeLessThanOrEqual(1)
  w.at(minutes(w.now, 1))
  await deliver()
  expect(titles()).toEqual(['5'])
})

test('a worker that died after posting does not post twice', async () => {
  await show('Once')
  const post = w.door.post.bind(w.door)
  w.door.post = async (workspace: string, where: string, what: Post): Promise<MessageRef> => {
    await post(workspace, where, what)
    throw new Error('the reply was lost')
  }
  w.app.log.level = 'silent'
  await deliver()
  w.door.post = post
  expect(await w.within((ctx) => ctx.db.outbox.findFirstOrThrow())).toMatchObject({ state: 'due', tries: 1 })
  w.at(minutes(w.now, 5))
  await deliver()
  expect(titles()).toEqual(['Once'])
  expect(await w.within((ctx) => ctx.db.outbox.findFirstOrThrow())).toMatchObject({ state: 'done' })
})

test('what was said by a try without an end is found and mended, also where its words changed before the next', async () => {
  w.app.log.level = 'silent'
  const post = w.door.post.bind(w.door)
  // As on Slack, which knows no nonce: only who looks finds what is there.
  let lose = true
  w.door.post = async (workspace: string, where: string, what: Post): Promise<MessageRef> => {
    const ref = await post(workspace, where, lose || what.again ? what : { ...what, nonce: `${what.nonce} anew` })
    if (lose) throw new Error('the reply was lost')
    return ref
  }
  await show('Before')
  await deliver()
  lose = false
  w.at(minutes(w.now, 5))
  await show('After')
  await deliver()
  expect(titles()).toEqual(['After'])
  expect(await w.within((ctx) => ctx.db.outbox.findFirstOrThrow())).toMatchObject({ state: 'done', error: null })
})

test('a message that was deleted is posted anew', async () => {
  await show('Old')
  await deliver()
  w.door.messages.length = 0
  w.at(minutes(w.now, 1))
  await show('New')
  await deliver()
  expect(titles()).toEqual(['New'])
})

test('what fails ten times is parked and shown to managers', async () => {
  await show('Never')
  w.door.post = async () => {
    throw new Error('the channel is gone')
  }
  w.app.log.level = 'silent'
  for (let i = 0; i < 10; i++) {
    w.at(minutes(w.now, 60))
    await deliver()
  }
  const row = await w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { audience: 'wins' } }))
  expect(row).toMatchObject({ state: 'parked', tries: 10, error: 'the channel is gone' })
  const ana = await w.manager('Ana')
  expect(await ana.run('parked')).toContain('the channel is gone')
})

test('a channel that can not be reached again after it was mended is told again; on one day once', async () => {
  w.app.log.level = 'silent'
  const post = w.door.post.bind(w.door)
  const told = () => w.door.in(`${w.programId}:managers`).map((m) => m.card.title)
  for (const day of [1, 2]) {
    w.door.post = async (workspace: string, where: string, what: Post): Promise<MessageRef> => {
      if (where === place()) throw gone('Missing Access', 'Give it back.')
      return post(workspace, where, what)
    }
    for (const n of [1, 2]) await show(`${n} of day ${day}`, `k${n} ${day}`)
    await deliver()
    await deliver()
    expect(told()).toHaveLength(day)
    w.door.post = post
    await show(`Well on day ${day}`, `well ${day}`)
    await deliver()
    w.at(minutes(w.now, 24 * 60))
  }
  expect(titles()).toEqual(['Well on day 1', 'Well on day 2'])
})

test('whoever asks for the channels twice is answered twice', async () => {
  const ana = await w.admin('Ana')
  for (const times of [1, 2]) {
    await w.within(async (ctx) => prepareSpace(ctx, (await ctx.db.space.findFirstOrThrow()).id, ana.personId))
    await deliver()
    await deliver()
    expect((await ana.sees()).split('The channels stand')).toHaveLength(times + 1)
    w.at(minutes(w.now, 1))
  }
})

test('two workers at once deliver each row once', async () => {
  for (let i = 0; i < 30; i++) await show(`Post ${i}`, `k${i}`)
  await Promise.all([deliver(), deliver(), deliver()])
  expect(w.door.in(place())).toHaveLength(30)
})

test('a private place is opened for people with an account on the door, and a role grant reaches that account', async () => {
  const mia = await w.applicant('Mia')
  await w.within(async (ctx) => {
    await ctx.show({ person: mia.personId }, 'hello', card('Only for you'))
    await ctx.grant(mia.personId, 'creator', true)
  })
  expect(await mia.sees()).toContain('Only for you')
  expect(w.door.grants).toEqual([{ user: 'mia', role: 'creator', on: true }])
})

test('of two posts that find one private place gone both go to the place that is made anew', async () => {
  const mia = await w.creator('Mia')
  const audience = `person:${mia.personId}`
  await w.within((ctx) => ctx.show({ person: mia.personId }, 'first', card('First')))
  await deliver()
  const channel = await w.within((ctx) => ctx.db.channel.findFirstOrThrow({ where: { audience } }))
  w.at(minutes(w.now, 2))
  const door = { programId: w.programId, platform: w.door, workspace: w.programId, spaceId: channel.spaceId }
  const error = lost('Unknown channel', 'It is made anew.')
  expect([await letGoOfLost(w.app, door, channel, error), await letGoOfLost(w.app, door, channel, error)]).toEqual([true, true])
  expect(await letGoOfLost(w.app, door, { ...channel, createdAt: w.now }, error)).toBe(false)
})

test('what is rolled back is never said', async () => {
  await w
    .within(async (ctx) => {
      await ctx.show({ channel: 'wins' }, 'gone', card('Never happened'))
      throw new Error('stop')
    })
    .catch(() => {})
  await deliver()
  expect(titles()).toEqual([])
})

test('a process without a door leaves what is due to one that has it', async () => {
  await show('Waits')
  w.app.platforms.delete('web')
  await deliver()
  expect(await w.within((ctx) => ctx.db.outbox.findFirstOrThrow())).toMatchObject({ state: 'due', leasedTo: null })
  w.app.platforms.set('web', w.door)
  await deliver()
  expect(titles()).toEqual(['Waits'])
})

test('what was to be said first is said first', async () => {
  for (const n of Array.from({ length: 12 }, (_, i) => 12 - i)) {
    w.at(minutes(w.now, 1))
    // Rows that are written again lie in the table in another order.
    await show(`Draft ${n}`, `k${n}`)
  }
  for (const n of [3, 9, 1, 12]) await show(`Post ${n}`, `k${n}`)
  await deliver()
  const said = titles().map((title) => Number(title.split(' ')[1]))
  expect(said).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
})

test('a platform that asks to wait gets nothing else for that place before it, and all of it in its order', async () => {
  w.app.log.level = 'silent'
  const post = w.door.post.bind(w.door)
  const asked: string[] = []
  w.door.post = async (workspace: string, where: string, what: Post): Promise<MessageRef> => {
    asked.push(what.card.title)
    if (asked.length === 1) throw later('Slack asks to wait', 15_000)
    return post(workspace, where, what)
  }
  for (const n of [1, 2, 3]) await show(`Post ${n}`, `k${n}`)
  await deliver()
  expect([asked, titles()]).toEqual([['Post 1'], []])
  w.at(minutes(w.now, 1))
  await deliver()
  expect(titles()).toEqual(['Post 1', 'Post 2', 'Post 3'])
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { tries: { gt: 0 } } }))).toBe(0)
})

test('what one transaction shows is shown in that order', async () => {
  const titles = Array.from({ length: 20 }, (_, n) => `Post ${n}`)
  await w.within(async (ctx) => {
    for (const title of titles) await ctx.show({ channel: 'wins' }, title, card(title))
  })
  await deliver()
  expect(w.door.in(place()).map((m) => m.card.title)).toEqual(titles)
})

test('a slower worker that carried an older version does not put it back in the books', async () => {
  await show('Old')
  const post = w.door.post.bind(w.door)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  w.door.post = async (workspace: string, where: string, what: Post): Promise<MessageRef> => {
    w.door.post = post
    const ref = await post(workspace, where, what)
    await held
    return ref
  }
  const slow = deliver()
  await expect.poll(titles).toEqual(['Old'])
  // Its lease runs out, the card changes, and another worker carries the newer version.
  w.at(minutes(w.now, 5))
  await show('New')
  await deliver()
  release()
  await slow
  const posted = await w.within((ctx) => ctx.db.posted.findFirstOrThrow())
  expect(posted.version).toBe(2)
})

test('what a process that is to end had taken is due at once for the next', async () => {
  await show('One', 'one')
  await show('Two', 'two')
  let asked = 0
  await w.app.jobs.get('deliver')!.run({ ...w.app, leaving: () => asked++ > 0 }, {})
  expect(titles()).toEqual(['One'])
  await deliver()
  expect(titles()).toEqual(['One', 'Two'])
})

test('what a dead worker may have posted is looked for, also when whoever took it over let it go', async () => {
  await show('Once')
  await w.within((ctx) => ctx.db.outbox.updateMany({ data: { leasedTo: minutes(ctx.now, -1) } }))
  await w.app.jobs.get('deliver')!.run({ ...w.app, leaving: () => true }, {})
  const post = w.door.post.bind(w.door)
  const again: (boolean | undefined)[] = []
  w.door.post = async (workspace: string, where: string, what: Post): Promise<MessageRef> => {
    again.push(what.again)
    return post(workspace, where, what)
  }
  await deliver()
  expect(again).toEqual([true])
})
