/** Posts that Slack delays, loses or refuses, and the pace they keep. */
import { expect, test, vi } from 'vitest'
import { buttons, type Card, card, toned } from '../../../src/kernel/card.ts'
import { hasty, slackStage } from './stage.ts'
import { afterAWhile, channelNamed, played, shown } from './trouble.ts'

const play = played(() => slackStage({}, {}, hasty), ['Mia'])

const postsIn = async (name: string) => play.stage.slack.messages(await channelNamed(play.stage, name))
const plain = (title: string): Card => card(title, 'Words below it.')
const rowOf = (key: string) =>
  play.stage.w.within((ctx) =>
    ctx.db.outbox.findFirstOrThrow({ where: { key }, select: { state: true, error: true, tries: true } }),
  )
const fixes = async () => (await postsIn('managers')).map((one) => one.words).join('\n')

test('a rate limit on one channel keeps no other waiting, and costs no try', async () => {
  const { slack, w } = play.stage
  await slack.fault({ kind: '429', method: 'chat.postMessage', retryAfter: 30 })
  const began = performance.now()
  await w.within(async (ctx) => {
    await ctx.show({ channel: 'wins' }, 'limited', plain('First'))
    await ctx.show({ channel: 'missions' }, 'free', plain('Second'))
  })
  await w.app.runJob('deliver')
  expect(performance.now() - began).toBeLessThan(3_000)
  const states = [await rowOf('limited'), await rowOf('free')].map((row) => row.state).sort()
  expect(states).toEqual(['done', 'due'])
  expect((await rowOf('limited')).tries + (await rowOf('free')).tries).toBe(0)
  await afterAWhile(play.stage, 31)
  expect([(await rowOf('limited')).state, (await rowOf('free')).state]).toEqual(['done', 'done'])
})

test('a pin that Slack puts off is made later, on the one message there is', async () => {
  const { slack, w } = play.stage
  await slack.fault({ kind: '429', method: 'pins.add', retryAfter: 30 })
  await w.within((ctx) => ctx.show({ channel: 'wins' }, 'pinned', plain('To be pinned'), { pin: true }))
  await w.app.runJob('deliver')
  await afterAWhile(play.stage, 31)
  const there = (await postsIn('wins')).filter((one) => one.words.includes('To be pinned'))
  expect(there).toHaveLength(1)
  expect(await slack.pins(await channelNamed(play.stage, 'wins'))).toContain(there[0]!.ts)
  await slack.fault({ kind: '429', method: 'pins.remove', retryAfter: 30 })
  await w.within((ctx) => ctx.show({ channel: 'wins' }, 'pinned', plain('Pinned no more'), { unpin: true }))
  await afterAWhile(play.stage, 61)
  await afterAWhile(play.stage, 61)
  expect(await slack.pins(await channelNamed(play.stage, 'wins'))).toEqual([])
})

test('a burst of 503 is not hammered against', async () => {
  const { slack, w } = play.stage
  await slack.fault({ kind: '503', method: 'chat.postMessage', times: 3 })
  await shown(play.stage, 'wins', 'burst', plain('After the burst'))
  for (let n = 0; n < 5; n++) await w.app.runJob('deliver')
  expect(await slack.requests('chat.postMessage')).toHaveLength(1)
  for (let n = 0; n < 3; n++) await afterAWhile(play.stage, 16)
  expect((await postsIn('wins')).filter((one) => one.words.includes('After the burst'))).toHaveLength(1)
})

test('a post whose receipt was lost is found again, and not posted twice', async () => {
  const { slack } = play.stage
  await slack.fault({ kind: 'lost-reply', method: 'chat.postMessage' })
  await shown(play.stage, 'wins', 'lost', plain('Only once'))
  expect((await rowOf('lost')).state).toBe('due')
  await afterAWhile(play.stage, 16)
  expect((await rowOf('lost')).state).toBe('done')
  await shown(play.stage, 'wins', 'lost', plain('Only once, edited'))
  const there = (await postsIn('wins')).filter((one) => one.words.includes('Only once'))
  expect(there.map((one) => one.words.includes('edited'))).toEqual([true])
})

test('a message that was deleted is posted anew', async () => {
  const { slack } = play.stage
  await shown(play.stage, 'wins', 'deleted', plain('Was deleted'))
  const channel = await channelNamed(play.stage, 'wins')
  const { ts } = (await postsIn('wins')).find((one) => one.words.includes('Was deleted'))!
  await slack.deleteMessage(channel, ts)
  await shown(play.stage, 'wins', 'deleted', plain('Is here anew'))
  expect((await postsIn('wins')).at(-1)!.words).toContain('Is here anew')
})

test.each([
  ['restricted_action', 'let apps'],
  ['missing_scope', 'npm run publish'],
])('%s is tried once, and managers read what helps', async (error, fix) => {
  const { slack, w } = play.stage
  await slack.fault({ kind: 'error', method: 'chat.postMessage', error })
  await shown(play.stage, 'missions', error, plain('Never there'))
  expect(await rowOf(error)).toMatchObject({ state: 'parked', tries: 0 })
  await w.app.runJob('deliver')
  expect(await fixes()).toContain(fix)
  await afterAWhile(play.stage, 60)
  expect((await slack.requests('chat.postMessage')).filter((one) => one.answer === error)).toHaveLength(1)
})

test('an archived channel, one without us and one that is gone end in a card for managers', async () => {
  const { slack, w } = play.stage
  const [archived, kicked, removed] = await Promise.all(
    ['leaderboard', 'missions', 'wins'].map((name) => channelNamed(play.stage, name)),
  )
  await slack.archive(archived!)
  await slack.kick(kicked!)
  await slack.deleteChannel(removed!)
  for (const [audience, key] of [
    ['leaderboard', 'k1'],
    ['missions', 'k2'],
    ['wins', 'k3'],
  ] as const)
    await shown(play.stage, audience, key, plain('Nowhere to be'))
  for (const key of ['k1', 'k2', 'k3']) expect((await rowOf(key)).state).toBe('parked')
  await afterAWhile(play.stage, 20)
  const told = await fixes()
  for (const words of ['#leaderboard', '#missions', '#wins', 'Unarchive', '/setup channels']) expect(told).toContain(words)
  // What is to be mended is made again by /setup channels, but for what is in the way.
  await w.within(async (ctx) => {
    const { id } = await ctx.db.space.findFirstOrThrow({ where: { platform: 'slack' } })
    const role = 'creator' as const
    const wanted = ['wins', 'leaderboard'].map((name) => ({ audience: name, name, about: name, role }))
    await ctx.prepare(id, wanted, ctx.id('person'))
  })
  await w.app.runJob('deliver')
  await shown(play.stage, 'wins', 'k4', plain('There again'))
  expect((await postsIn('wins')).at(-1)!.words).toContain('There again')
})

test('a message too long for Slack goes once more as words alone', async () => {
  const { slack, door, logged } = play.stage
  const channel = await channelNamed(play.stage, 'start-here')
  const both = toned('good', card('Long words', 'They say it all.', buttons({ label: 'Help', run: 'help' })))
  await slack.fault({ kind: 'error', method: 'chat.postMessage', error: 'msg_blocks_too_long' })
  const { message } = await door.post(slack.teamId, channel, { nonce: 'long', card: both, pin: false })
  const there = (await slack.messages(channel)).find((one) => one.ts === message)!
  expect(there).toMatchObject({ text: expect.stringContaining('They say it all'), buttons: [] })
  expect(logged.join()).toContain('simpler form')
  await slack.fault({ kind: 'error', method: 'chat.update', error: 'msg_blocks_too_long' })
  expect(await door.edit(slack.teamId, { place: channel, message }, { nonce: 'long', card: plain('Edited'), pin: false })).toBe(
    true,
  )
  const mia = await play.stage.userId('Mia')
  await slack.fault({ kind: 'error', method: 'response_url', error: 'msg_blocks_too_long' })
  expect((await slack.slash(mia, '/troupe help', { patience: 4_000 })).ephemeral[0]).toMatchObject({ buttons: [] })
})

test('a picture is uploaded once; a kind that Slack does not show stands there as a small JPEG', async () => {
  const { slack, w, door } = play.stage
  const { slackFiles, webp } = await pictures()
  const channel = await channelNamed(play.stage, 'start-here')
  const show = (nonce: string, file: string, alt: string) =>
    door.post(slack.teamId, channel, {
      nonce,
      pin: false,
      card: { title: 'Look', tone: 'plain', blocks: [{ block: 'image', file, alt }] },
    })
  await show('p1', slackFiles, 'A serum')
  await show('p2', slackFiles, 'A serum')
  await show('p3', webp, 'A morning')
  const last = (await slack.messages(channel)).slice(-3)
  expect(last.map((one) => one.blocks.at(-1)!.type)).toEqual(['image', 'image', 'image'])
  expect((await slack.files()).map((one) => one.name)).toEqual(['picture-1.png', 'picture-1.jpg'])
  // Slack still looks at what was just uploaded: the message comes without its picture rather than not at all.
  await slack.fault({ kind: 'error', method: 'chat.postMessage', error: 'invalid_blocks' })
  await show('p4', slackFiles, 'A serum')
  expect((await slack.messages(channel)).at(-1)!.words).toContain('Picture: A serum')

  async function pictures() {
    const [one, two] = await w.within(async (ctx) => [
      await ctx.store(Buffer.from(png, 'base64'), 'a.png'),
      await ctx.store(Buffer.from(smallWebp, 'base64'), 'b.webp'),
    ])
    return { slackFiles: one!.id, webp: two!.id }
  }
})

test('two processes together keep a second between posts in a channel, and answers do not wait', async () => {
  const { slack, another, userId } = play.stage
  const channel = await channelNamed(play.stage, 'start-here')
  const mia = await userId('Mia')
  const doors = [another(), another()]
  const began = performance.now()
  const all = Array.from({ length: 3 }, (_, n) =>
    doors[n % 2]!.post(slack.teamId, channel, { nonce: `pace${n}`, card: plain(`No ${n}`), pin: false }),
  )
  const asked = slack.slash(mia, '/troupe help', { patience: 4_000 }).then(() => performance.now() - began)
  await Promise.all(all)
  expect(await asked).toBeLessThan(2_000)
  const at = (await slack.requests('chat.postMessage')).map((one) => one.at)
  const gaps = at.slice(1).map((moment, n) => moment - at[n]!)
  expect(Math.min(...gaps)).toBeGreaterThan(900)
  expect(performance.now() - began).toBeLessThan(8_000)
  await vi.waitFor(async () => expect((await slack.messages(channel)).at(-1)!.words).toContain('No '))
})

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const smallWebp = 'UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA'
