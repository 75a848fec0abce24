/** A workspace's channels and circles: made, adopted or named with what is in the way; people let in and out. */
import { expect, test } from 'vitest'
import { plain } from '../../../src/kernel/plain.ts'
import type { WantedChannel } from '../../../src/platforms/platform.ts'
import { hasty, slackStage } from './stage.ts'
import { afterAWhile, channelNamed, played } from './trouble.ts'

const play = played(() => slackStage({}, {}, hasty), ['Mia', 'Ben'])

const wanted = (name: string, role: WantedChannel['role'] = 'anyone'): WantedChannel => ({
  audience: name,
  name,
  about: `About ${name}`,
  role,
})
const membersOf = async (name: string) => (await play.stage.slack.channels()).find((one) => one.name === name)!.members
const groups = async () => Object.fromEntries((await play.stage.slack.usergroups()).map((one) => [one.name, one]))

test('channels are made, private where they should be, or adopted', async () => {
  const { slack, door } = play.stage
  const open = await slack.channel('welcome', { app: false })
  const { channels, missing } = await door.prepare(slack.teamId, [
    wanted('welcome'),
    wanted('new-one'),
    wanted('team', 'manager'),
  ])
  expect(missing).toEqual([])
  expect(channels[0]).toEqual({ audience: 'welcome', externalId: open, name: 'welcome' })
  const made = (await slack.channels()).filter((one) => ['new-one', 'team'].includes(one.name))
  expect(made.map(({ name, private: closed, topic }) => ({ name, closed, topic }))).toEqual([
    { name: 'new-one', closed: false, topic: 'About new-one' },
    { name: 'team', closed: true, topic: 'About team' },
  ])
  const again = await door.prepare(slack.teamId, [wanted('welcome'), wanted('new-one'), wanted('team', 'manager')])
  expect(again.channels).toEqual(channels)
})

test('each thing in the way is named with what to do, and keeps no other channel', async () => {
  const { slack, door } = play.stage
  await slack.channel('open-to-all')
  await slack.channel('hidden', { private: true, app: false })
  await slack.archive(await slack.channel('old'))
  await slack.fault({ kind: 'error', method: 'conversations.create', error: 'restricted_action' })
  const names = ['forbidden', 'open-to-all', 'hidden', 'old', 'fine']
  const { channels, missing } = await door.prepare(
    slack.teamId,
    names.map((name) => wanted(name, 'manager')),
  )
  expect(channels.map((one) => one.name)).toEqual(['fine'])
  expect(missing).toEqual([
    expect.stringMatching(/#forbidden.*Make it yourself/),
    expect.stringMatching(/#open-to-all is public.*Make it private/),
    expect.stringMatching(/#hidden exists.*\/invite/),
    expect.stringMatching(/#old is archived.*Unarchive/),
  ])
  await slack.fault({ kind: '503', method: 'conversations.create' })
  await expect(door.prepare(slack.teamId, [wanted('later-on')])).rejects.toMatchObject({ delivery: { kind: 'later' } })
})

test('a channel and a group that have another name by now are the same ones, and no second ones are made', async () => {
  const { slack, door, userId } = play.stage
  const creators = wanted('missions', 'creator')
  const [mia, ben] = [await userId('Mia'), await userId('Ben')]
  await door.grant(slack.teamId, mia, 'creator', true)
  const id = await channelNamed(play.stage, 'missions')
  await slack.rename(id, 'briefs')
  await slack.rename('creators', 'ambassadors')
  expect(await door.prepare(slack.teamId, [creators, wanted('wins', 'creator')])).toMatchObject({
    channels: [{ audience: 'missions', externalId: id, name: 'briefs' }, { name: 'wins' }],
    missing: [],
  })
  await door.grant(slack.teamId, ben, 'creator', true)
  expect((await slack.usergroups()).map(({ handle, users }) => [handle, users])).toEqual([['ambassadors', [mia, ben]]])
  await slack.rename(id, 'missions')
  await slack.rename('ambassadors', 'creators')
  for (const user of [mia, ben]) await door.grant(slack.teamId, user, 'creator', false)
})

test('a role is being in its channels and its group; the last one out switches the group off, the next one on', async () => {
  const { slack, door, userId } = play.stage
  const [mia, ben] = [await userId('Mia'), await userId('Ben')]
  await door.grant(slack.teamId, mia, 'creator', true)
  await door.grant(slack.teamId, mia, 'creator', true)
  for (const name of ['missions', 'wins', 'leaderboard']) expect(await membersOf(name)).toContain(mia)
  expect(await membersOf('managers')).not.toContain(mia)
  expect((await groups()).Creators).toMatchObject({ users: [mia], enabled: true })
  await door.grant(slack.teamId, ben, 'creator', true)
  await door.grant(slack.teamId, mia, 'creator', false)
  expect(await membersOf('wins')).not.toContain(mia)
  expect((await groups()).Creators).toMatchObject({ users: [ben] })
  await door.grant(slack.teamId, ben, 'creator', false)
  expect((await groups()).Creators).toMatchObject({ enabled: false })
  await door.grant(slack.teamId, mia, 'creator', true)
  expect((await groups()).Creators).toMatchObject({ users: [mia], enabled: true })
  await door.grant(slack.teamId, mia, 'manager', true)
  expect(await membersOf('managers')).toContain(mia)
  await door.grant(slack.teamId, mia, 'manager', false)
  expect(await membersOf('managers')).not.toContain(mia)
  expect(await membersOf('wins')).toContain(mia)
})

test('a tier is a group of its own, whatever its name; two processes that grant at once lose nobody', async () => {
  const { slack, door, another, userId } = play.stage
  const people = await Promise.all(['Mia', 'Ben', 'Cara', 'Dora', 'Eli', 'Fay'].map(userId))
  const doors = [door, another({}, hasty)]
  await Promise.all(people.map((user, n) => doors[n % 2]!.grant(slack.teamId, user, 'tier:Gold Plus', true)))
  expect((await slack.usergroups()).filter((one) => one.handle === 'tier-gold-plus')).toMatchObject([
    { name: 'Tier Gold Plus', users: expect.arrayContaining(people) },
  ])
  await Promise.all(people.slice(1).map((user, n) => doors[n % 2]!.grant(slack.teamId, user, 'tier:Gold Plus', false)))
  expect((await groups())['Tier Gold Plus']).toMatchObject({ users: [people[0]] })
  await door.grant(slack.teamId, people[0]!, 'tier:最高の階級', true)
  expect((await groups())['Tier 最高の階級']!.handle).toMatch(/^tier-[0-9a-f]{12}$/)
})

test('a manager who is no creator any more stays where managers are', async () => {
  const { slack, door, userId } = play.stage
  await play.stage.person('Rita', 'manager')
  const rita = await userId('Rita')
  await door.grant(slack.teamId, rita, 'creator', true)
  await door.grant(slack.teamId, rita, 'creator', false)
  expect(await membersOf('missions')).toContain(rita)
})

test('a plan without groups keeps the channels', async () => {
  const { slack, door, userId } = play.stage
  const ben = await userId('Ben')
  await slack.paid(false)
  await door.grant(slack.teamId, ben, 'tier:Gold', true)
  await door.grant(slack.teamId, ben, 'creator', true)
  expect(await membersOf('wins')).toContain(ben)
  await door.grant(slack.teamId, ben, 'creator', false)
  expect(await membersOf('wins')).not.toContain(ben)
  await slack.paid(true)
})

test('who has a role before the channels stand is let in when they do', async () => {
  const { slack, w } = play.stage
  const ana = await play.stage.person('Ana', 'manager')
  await slack.deleteChannel(await channelNamed(play.stage, 'managers'))
  await w.within(async (ctx) => {
    const { id } = await ctx.db.space.findFirstOrThrow({ where: { platform: 'slack' } })
    await ctx.prepare(id, [wanted('managers', 'manager')], ctx.id('person'))
  })
  await w.app.runJob('deliver')
  await w.app.runJob('deliver')
  expect(await membersOf('managers')).toContain(await play.stage.userId(ana.name))
})

test('a guest who can not be let in, and an account that is switched off, end in a card for managers', async () => {
  const { slack, w } = play.stage
  const guest = await slack.member('Gus', { guest: true })
  const off = await slack.member('Ola')
  for (const [user, name] of [
    [guest, 'Gus'],
    [off, 'Ola'],
  ] as const) {
    await slack.slash(user, '/troupe help', { channel: name === 'Gus' ? 'dm' : slack.general, patience: 5_000 })
  }
  await slack.disable(off)
  const persons = await w.within((ctx) => ctx.db.identity.findMany({ where: { externalId: { in: [guest, off] } } }))
  await w.within(async (ctx) => {
    const [one, two] = [guest, off].map((user) => persons.find((person) => person.externalId === user)!.personId)
    await ctx.grant(one!, 'creator', true)
    await ctx.show({ person: two! }, 'to-nobody', { title: 'Hello', tone: 'plain', blocks: [] })
  })
  await w.app.runJob('deliver')
  await afterAWhile(play.stage, 20)
  const rows = await w.within((ctx) => ctx.db.outbox.findMany({ where: { state: 'parked' }, select: { error: true } }))
  expect(rows.map((row) => row.error)).toEqual(
    expect.arrayContaining(['A guest can not be let into this channel', 'Slack answered user_disabled']),
  )
  // What can be done is done all the same.
  expect((await groups()).Creators!.users).toContain(guest)
  const told = (await slack.messages(await channelNamed(play.stage, 'managers'))).map((one) => one.words).join('\n')
  expect(told).toContain('by hand')
  expect(told).toContain('switched off')
})

test('whose first account was switched off reads with the one they connected what is for them', async () => {
  const { slack, w } = play.stage
  const [first, second] = [await slack.member('Una'), await slack.member('Una again')]
  const personId = async (externalId: string) =>
    (await w.within((ctx) => ctx.db.identity.findFirstOrThrow({ where: { externalId } }))).personId
  const tell = async (person: string, words: string) => {
    await w.within((ctx) => ctx.show({ person }, words, { title: words, tone: 'plain', blocks: [] }))
    await w.app.runJob('deliver')
  }
  for (const user of [first, second]) {
    await slack.slash(user, '/troupe help', { channel: slack.general, patience: 5_000 })
    await tell(await personId(user), `before ${user}`)
    w.at(new Date(w.now.getTime() + 1_000))
  }
  const account = { platform: 'slack', workspace: slack.teamId, place: '', by: 'form' } as const
  const connect = async (user: string, given = {}) => {
    const { dispatch } = await import('../../../src/platforms/dispatch.ts')
    const call = { ...account, user, userName: user, eventId: `connect ${user}`, run: 'profile connect', given }
    return plain((await dispatch(w.app, call)).card)
  }
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await connect(first))![0]
  expect(await connect(second, { code })).toContain('You are one person now')
  await slack.disable(first)
  await tell(await personId(second), 'to nobody')
  await tell(await personId(second), 'to the second account')
  const { channel } = await slack.dm(second)
  expect((await slack.messages(channel)).map((one) => one.words).join()).toContain('to the second account')
})

test('nothing is posted in a public channel of that name; what waits comes once it is private', async () => {
  const { slack, w } = play.stage
  await slack.deleteChannel(await channelNamed(play.stage, 'review'))
  const open = await slack.channel('review')
  const prepareReview = () =>
    w.within(async (ctx) => {
      const { id } = await ctx.db.space.findFirstOrThrow({ where: { platform: 'slack' } })
      await ctx.prepare(id, [wanted('review', 'manager')], ctx.id('person'))
    })
  await prepareReview()
  await w.app.runJob('deliver')
  await w.within((ctx) => ctx.show({ channel: 'review' }, 'secret', { title: 'For managers alone', tone: 'plain', blocks: [] }))
  await w.app.runJob('deliver')
  const row = () => w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { key: 'secret' } }))
  expect(await row()).toMatchObject({ state: 'waiting' })
  expect(JSON.stringify(await slack.messages(open))).not.toContain('For managers alone')
  const space = await w.within((ctx) => ctx.db.space.findFirstOrThrow({ where: { platform: 'slack' } }))
  expect(space.missing).toEqual([expect.stringMatching(/#review is public/)])
  await slack.deleteChannel(open)
  const closed = await slack.channel('review', { private: true })
  await prepareReview()
  for (let n = 0; n < 2; n++) await w.app.runJob('deliver')
  expect(await row()).toMatchObject({ state: 'done' })
  expect(JSON.stringify(await slack.messages(closed))).toContain('For managers alone')
})
