/** A creator's message that a manager would like to use: by the message menu, and by a reaction. */
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, expect, test, vi } from 'vitest'
import type { Player } from '../../stories/stage.ts'
import { hasty, slackStage } from './stage.ts'
import { played } from './trouble.ts'

const play = played(() => slackStage({}, {}, hasty))
const PATIENT = { patience: 6_000 }

let ana: Player
let mia: Player
beforeAll(async () => {
  const { stage } = play
  ana = await stage.person('Ana', 'manager')
  mia = await stage.person('Mia')
  await mia.ask('apply')
  await mia.fill({ handle: '@mia.glow', niche: 'beauty', country: 'DE', email: 'mia@example.com', adult_and_consent: 'yes' })
  await mia.press('Accept')
  await stage.w.tick()
  await ana.press('Approve', 'applications')
  await stage.w.tick()
}, 60_000)

test('a manager’s 📸 asks the author in private, and so does the message menu; nobody else’s does', async () => {
  const { slack, w, userId } = play.stage
  const [author, manager, other] = [await userId('Mia'), await userId('Ana'), await userId('Ben')]
  const captures = () => w.within((ctx) => ctx.db.capture.findMany())
  const said = await slack.say(author, slack.general, 'This serum saved my winter', [], { patience: 0 })
  const later = await slack.say(author, slack.general, 'And my spring', [], { patience: 0 })
  await slack.react(other, slack.general, said.ts, 'camera_with_flash', { patience: 300 })
  await slack.react(manager, slack.general, said.ts, 'tada', { patience: 300 })
  await pause(200)
  expect(await captures()).toEqual([])
  await slack.twice()
  await slack.react(manager, slack.general, said.ts, 'camera_with_flash', { patience: 0 })
  await vi.waitFor(async () => expect(await captures()).toHaveLength(1), 5_000)
  expect((await captures())[0]!.url).toMatch(/^https:\/\/[a-z0-9-]+\.slack\.com\/archives\//)
  // Of what nobody asked for one thing a day rings; this is the next one's.
  await w.app.runJob('deliver')
  await w.within((ctx) => ctx.db.pushDay.deleteMany())
  const menu = await slack.messageShortcut(manager, 'save', slack.general, later.ts, PATIENT)
  expect(menu.ephemeral.at(-1)!.words).toContain('Its author is asked')
  // What was asked by the reaction is not asked again by the menu.
  const again = await slack.messageShortcut(manager, 'save', slack.general, said.ts, PATIENT)
  expect(again.ephemeral.at(-1)!.words).toContain('asked already')
  await vi.waitFor(async () => expect((await mia.sees()).match(/May we use what you wrote/g)).toHaveLength(2), 5_000)
  expect(await mia.sees()).toContain('And my spring')
  await vi.waitFor(async () => expect((await ana.sees()).match(/Its author is asked/g)).toHaveLength(1), 5_000)
  expect(JSON.stringify(await slack.messages(slack.general))).not.toContain('May we use')
  const [asked] = await captures().then((rows) => rows.filter(({ source }) => source === 'menu'))
  const card = (await slack.dm(author)).messages.findLast((one) => one.words.includes('And my spring'))!
  await slack.press(author, card.channel, card.ts, 'Yes, with these rights', PATIENT)
  await vi.waitFor(async () => expect((await captures()).find(({ id }) => id === asked!.id)!.state).toBe('yes'), 5_000)

  // Both messages are deleted, one of them with a thread below it: the request is over, and what is content is marked.
  const deleted = { type: 'message', channel: slack.general, channel_type: 'channel', hidden: true, event_ts: '1.0', ts: '1.0' }
  await slack.event(slack.teamId, { ...deleted, subtype: 'message_deleted', deleted_ts: said.ts })
  const stone = { type: 'message', subtype: 'tombstone', ts: later.ts }
  await slack.event(slack.teamId, { ...deleted, subtype: 'message_changed', message: stone })
  const gone = () => w.within((ctx) => ctx.db.submission.count({ where: { sourceGoneAt: { not: null } } }))
  await vi.waitFor(async () => {
    expect((await captures()).map(({ state, source }) => `${source} ${state}`).sort()).toEqual(['menu yes', 'reaction gone'])
    expect(await gone()).toBe(1)
  }, 5_000)
  await w.app.runJob('deliver')
  expect(await mia.sees()).toContain('This request is over')
  expect(await ana.sees('managers')).toContain('Deleted in the chat')
})
