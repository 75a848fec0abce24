/** Whoever left a server: what is for them goes elsewhere, and their own place there waits for them, or is emptied. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { card } from '../../../src/kernel/card.ts'
import { dispatch } from '../../../src/platforms/dispatch.ts'
import { forgetHeard, forgetPosts } from '../../../src/privacy/hall.ts'
import { type DiscordStage, discordStage } from './stage.ts'

let stage: DiscordStage
beforeAll(async () => {
  stage = await discordStage()
}, 60_000)
afterAll(() => stage?.close())
afterEach(async () => expect(await stage.discord.violations()).toEqual([]))

/** A member who is known in a workspace of Slack as well, which is not open here. */
async function onBoth(name: string): Promise<{ personId: string; other: string; place: string }> {
  const { discord, w } = stage
  const user = await discord.member(name, { quiet: true })
  await discord.slash(name, 'help')
  const known = await w.within(async (ctx) => {
    const { personId } = await ctx.db.identity.findFirstOrThrow({ where: { externalId: user } })
    const space = { id: ctx.id('space'), programId: w.programId, platform: 'slack', workspace: `T0${name}`, createdAt: ctx.now }
    await ctx.db.space.create({ data: space })
    const createdAt = new Date(ctx.now.getTime() + 1_000)
    const account = { platform: 'slack', workspace: space.workspace, externalId: `U0${name}`, name, createdAt }
    await ctx.db.identity.create({ data: { id: ctx.id('identity'), personId, ...account } })
    return { personId, other: space.id }
  })
  await tell(known.personId, 'before')
  return { ...known, place: (await discord.threadOf(name))!.id }
}

/** Gives the space where it went. */
async function tell(person: string, key: string): Promise<string> {
  const { w } = stage
  await w.within((ctx) => ctx.show({ person }, key, card(`For them: ${key}`)))
  await w.app.runJob('deliver')
  return (await w.within((ctx) => ctx.db.outbox.findFirstOrThrow({ where: { key, audience: `person:${person}` } }))).spaceId
}

async function leave(name: string, personId: string): Promise<void> {
  const where = { audience: `person:${personId}`, name: 'left' }
  await stage.discord.leave(name)
  await vi.waitFor(async () => expect(await stage.w.within((ctx) => ctx.db.channel.count({ where }))).toBe(1))
}

const wordsIn = async (place: string) => (await stage.discord.messages(place)).map((one) => one.text).join()

test('what is for somebody who left the server is shown at another door of theirs', async () => {
  const { discord, w } = stage
  const { personId, other, place } = await onBoth('Lea')
  await leave('Lea', personId)
  expect(await tell(personId, 'after')).toBe(other)
  await discord.archive(place)
  await discord.join('Lea')
  expect(await tell(personId, 'again')).not.toBe(other)
  expect(await wordsIn(place)).toMatch(/before(?!.*after).*again/s)
  await leave('Lea', personId)
  await discord.deleteChannel(place)
  await discord.join('Lea')
  w.at(new Date(w.now.getTime() + 61_000))
  expect(await tell(personId, 'anew')).not.toBe(other)
  expect(await wordsIn((await discord.threadOf('Lea'))!.id)).toContain('anew')
  await w.within((ctx) => ctx.db.space.delete({ where: { id: other } }))
})

test('of somebody who left the server and is forgotten, nothing stands there under their name', async () => {
  const { discord, w } = stage
  const { personId, other, place } = await onBoth('Ira')
  await leave('Ira', personId)
  await tell(personId, 'after')
  const subject = { personIds: [personId], creatorIds: [], words: ['Ira'] }
  const trace = { words: ['Ira'], short: [], texts: [], codes: [], ids: [] }
  await w.within(async (ctx) => {
    await forgetHeard(ctx, subject, trace, [])
    await forgetPosts(ctx, subject, trace, [], '')
  })
  for (let n = 0; n < 2; n++) {
    w.at(new Date(w.now.getTime() + 61_000))
    await w.app.runJob('deliver')
  }
  expect(await wordsIn(place)).toMatch(/^(?!.*For them).*asked to be forgotten/s)
  expect((await discord.threads()).find(({ id }) => id === place)).toMatchObject({ name: 'Former creator', archived: true })
  await w.within((ctx) => ctx.db.space.delete({ where: { id: other } }))
})

test('whoever connects a second account of the same server reads there what is for them, also when the first one has left', async () => {
  const { discord, w } = stage
  const [first, second] = [await discord.member('Una', { quiet: true }), await discord.member('Una again', { quiet: true })]
  await discord.slash('Una', 'help')
  const { personId } = await w.within((ctx) => ctx.db.identity.findFirstOrThrow({ where: { externalId: first } }))
  await tell(personId, 'before')
  const place = (await discord.threadOf('Una'))!.id
  const { text } = await discord.slash('Una', 'profile connect')
  // Of two who are known since the same moment it would be left to chance who stays.
  w.at(new Date(w.now.getTime() + 1_000))
  await discord.slash('Una again', 'help')
  const given = { code: /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(text)![0] }
  const account = { platform: 'discord', workspace: discord.guildId, place: '', user: second, userName: 'Una again' }
  const { card: told } = await dispatch(w.app, { ...account, eventId: 'una', run: 'profile connect', given, by: 'form' })
  expect(told.title).toContain('You are one person now')
  await tell(personId, 'after')
  const members = async () => (await discord.threads()).find(({ id }) => id === place)!.members
  expect(await members()).toEqual(expect.arrayContaining([first, second]))
  await discord.leave('Una')
  await discord.deleteChannel(place)
  w.at(new Date(w.now.getTime() + 61_000))
  await tell(personId, 'anew')
  expect(await wordsIn((await discord.threadOf('Una again'))!.id)).toContain('anew')
})
