/** Where people meet Troupe in Slack: commands in all their forms, menus, the Home tab and the Messages tab. */
import { expect, test, vi } from 'vitest'
import { card, table } from '../../../src/kernel/card.ts'
import { recognise, setRole } from '../../../src/people/service.ts'
import { manifest } from '../../../src/platforms/slack/manifest.ts'
import { localSlack } from './local.ts'
import { hasty, slackStage } from './stage.ts'
import { channelNamed, inMessages, played, shown } from './trouble.ts'

const play = played(() => slackStage({}, {}, hasty), ['Mia', 'Ana'])
const PATIENT = { patience: 6_000 }

async function manager(name: string): Promise<string> {
  const { w, slack, userId } = play.stage
  const user = await userId(name)
  await w.within(async (ctx) => {
    const account = { platform: 'slack', workspace: slack.teamId, user, userName: name, programId: w.programId }
    const { membership } = await recognise(ctx, account)
    await setRole(ctx, membership.personId, 'manager')
  })
  return user
}

test('/troupe alone is home; options come by name, by position and in quotes; what is no command is said to the asker', async () => {
  const { slack, userId } = play.stage
  const mia = await userId('Mia')
  const ana = await manager('Ana')
  const ask = async (user: string, line: string) => {
    const seen = await slack.slash(user, line, PATIENT)
    return `${(seen.ack.body as { text?: string } | undefined)?.text ?? ''}${seen.view?.title ?? ''}${seen.words}`
  }
  expect(await ask(mia, '/troupe')).toBe(await ask(mia, '/troupe home'))
  expect(await ask(ana, '/troupe kpi period:7d')).toBe(await ask(ana, '/troupe kpi "7d"'))
  expect(await ask(ana, '/troupe creator list')).toBeTruthy()
  expect(await ask(mia, '/troupe appl')).toContain('Did you mean apply')
  const shouted = await slack.slash(mia, '/troupe <!channel>', { patience: 0 })
  expect(JSON.stringify(shouted.ack.body)).not.toContain('<!channel>')
  expect(await ask(mia, '/troupe apply')).toContain('Join the program')
})

test('short names with a prefix lead to their commands', async () => {
  const { another, w } = play.stage
  const made = manifest([...w.app.commands.values()], { name: 'Troupe', shortNames: true, prefix: 'glow-' })
  const slack = await localSlack({ mode: 'socket', manifest: made })
  const { apiUrl: apiBase, botToken, appToken } = slack
  const door = another({ apiBase, botToken, appToken, prefix: 'glow-' })
  await door.start()
  await w.within((ctx) => ctx.db.space.updateMany({ where: { platform: 'slack' }, data: { workspace: slack.teamId } }))
  const ben = await slack.member('Ben')
  expect((await slack.slash(ben, '/glow-apply', PATIENT)).view!.title).toContain('Join')
  // Slack takes fifty; what managers alone use may be left over, and is reached by the root.
  expect((await slack.slash(ben, '/troupe setup space', PATIENT)).words).toBeTruthy()
  await expect(slack.slash(ben, '/apply', PATIENT)).rejects.toThrow('not a valid command')
  expect(await slack.violations()).toEqual([])
  await door.stop()
  await slack.stop()
  await w.within((ctx) => ctx.db.space.updateMany({ where: { platform: 'slack' }, data: { workspace: play.stage.slack.teamId } }))
})

test('the Home tab is /home: a press is answered in a window and draws the tab anew; a tab that changed meanwhile stays', async () => {
  const { slack, userId } = play.stage
  const mia = await userId('Mia')
  const { home } = await slack.openHome(mia, PATIENT)
  expect(home!.buttons).toContain('Apply')
  await slack.openHome(mia, { tab: 'messages', patience: 0 })
  await slack.settled(200)
  expect(await slack.requests('views.publish')).toHaveLength(1)
  const again = await slack.openHome(mia, PATIENT)
  const [first, second] = await slack.requests('views.publish')
  expect([first!.args.hash, second!.args.hash]).toEqual([undefined, home!.hash])
  const ana = await userId('Ana')
  const worklist = (await slack.openHome(ana, PATIENT)).home!
  await slack.forget()
  const seen = await slack.pressView(ana, worklist.id, worklist.buttons[0]!, PATIENT)
  await slack.settled(400)
  expect(seen.view).toBeTruthy()
  await vi.waitFor(async () => expect((await slack.view(ana))!.words).not.toContain('Working on it'), 5_000)
  const form = await slack.pressView(mia, again.home!.id, 'Apply', PATIENT)
  expect(form.view!.callbackId).toBe('apply')
  await slack.fault({ kind: 'error', method: 'views.publish', error: 'hash_conflict' })
  await slack.openHome(mia, { patience: 300 })
  expect(play.stage.logged.join()).not.toContain('could not be done')
  await slack.fault({ kind: '429', method: 'views.publish', retryAfter: 1 })
  expect((await slack.openHome(mia, PATIENT)).home!.buttons).toContain('Apply')
})

test('a press that leads to an answer takes its window, and the tab is drawn anew', async () => {
  const { slack, userId } = play.stage
  const ana = await userId('Ana')
  const { home } = await slack.openHome(ana, PATIENT)
  await slack.forget()
  const label = home!.buttons.find((one) => one !== 'Apply')!
  await slack.pressView(ana, home!.id, label, PATIENT)
  await vi.waitFor(async () => expect((await slack.requests('views.publish')).length).toBe(1), 5_000)
  expect((await slack.requests('views.open')).length).toBe(1)
  expect((await slack.requests('views.update')).length).toBe(1)
})

test('the menus of a message and of Slack itself', async () => {
  const { slack, userId } = play.stage
  const [mia, ana] = [await userId('Mia'), await userId('Ana')]
  const said = await slack.say(ana, slack.general, 'Look at <https://example.com|this> &amp; that', [], { patience: 0 })
  for (const menu of ['save', 'kudos']) {
    const seen = await slack.messageShortcut(mia, menu, slack.general, said.ts, PATIENT)
    expect(seen.ephemeral[0]!.words).toBeTruthy()
  }
  const opened = await slack.globalShortcut(mia, 'home', PATIENT)
  expect(opened.view).toBeTruthy()
  await vi.waitFor(async () => expect((await slack.view(mia))!.buttons).toContain('Apply'), 5_000)
})

test('writing in the Messages tab is asking; a form is offered as a button there', async () => {
  const { slack, userId } = play.stage
  const mia = await userId('Mia')
  const write = async (text: string) => {
    const seen = await slack.say(mia, 'dm', text, [], PATIENT)
    return seen.messages.at(-1)!
  }
  expect((await write('leaderboard')).words).toBeTruthy()
  expect((await write('good morning')).words).toContain('/apply')
  const card = await write('apply')
  expect(card.buttons).toEqual(['Open the form'])
  expect((await slack.press(mia, card.channel, card.ts, 'Open the form', PATIENT)).view!.callbackId).toBe('apply')
  await slack.fault({ kind: '429', method: 'chat.postMessage', retryAfter: 1 })
  expect((await write('home')).buttons).toContain('Apply')
  await slack.fault({ kind: 'lost-reply', method: 'chat.postMessage' })
  const before = (await slack.dm(mia)).messages.length
  await write('home')
  await slack.settled(500)
  expect((await slack.dm(mia)).messages).toHaveLength(before + 2)
  await slack.fault({ kind: '503', method: 'chat.postMessage' })
  await slack.say(mia, 'dm', 'help', [], { patience: 500 })
  const all = await inMessages(play.stage, mia, '/apply')
  expect(all).toHaveLength(before + 4)
})

test('a file that is laid into the Messages tab is answered: a command with it is run, else its form is offered', async () => {
  const { slack, userId } = play.stage
  const mia = await userId('Mia')
  const film = { name: 'film.png', bytes: new Uint8Array([1, 2, 3]), mime: 'image/png' }
  for (const text of ['', 'here is my film']) {
    const { messages } = await slack.say(mia, 'dm', text, [film], PATIENT)
    expect(messages.at(-1)!.words).toContain('Hand in content')
    expect(messages.at(-1)!.buttons).toEqual(['Open the form'])
  }
  expect((await slack.say(mia, 'dm', 'help', [film], PATIENT)).messages.at(-1)!.words).toContain('/apply')
})

test('who joins #start-here is greeted in the Messages tab, once, and the app itself is not', async () => {
  const { slack, userId, w } = play.stage
  const ben = await userId('Ben')
  const start = await channelNamed(play.stage, 'start-here')
  await slack.join(ben, slack.general, { patience: 200 })
  await slack.twice()
  await slack.join(ben, start, { patience: 500 })
  const all = await inMessages(play.stage, ben, 'Glow')
  expect(all).toHaveLength(1)
  await slack.event(slack.teamId, { type: 'member_joined_channel', user: slack.botUserId, channel: start, team: slack.teamId })
  await slack.settled(200)
  const other = await slack.member('Calendar', { bot: true })
  await slack.join(other, start, { patience: 500 })
  await w.app.runJob('deliver')
  const apps = { externalId: { in: [slack.botUserId, other] } }
  expect(await w.within((ctx) => ctx.db.identity.count({ where: apps }))).toBe(0)
  expect(await w.within((ctx) => ctx.db.outbox.count({ where: { state: 'parked' } }))).toBe(0)
})

test('whose name Slack did not say in time is called by it from their next call on', async () => {
  const { slack, userId, w } = play.stage
  const nia = await userId('Nia')
  const called = () =>
    w.within(async (ctx) => {
      const { personId } = await ctx.db.identity.findFirstOrThrow({ where: { externalId: nia } })
      return (await ctx.db.membership.findFirstOrThrow({ where: { personId } })).name
    })
  await slack.fault({ kind: 'slow', method: 'users.info', ms: 1_200 })
  await slack.openHome(nia, PATIENT)
  expect(await called()).toBe('Someone')
  await slack.settled(1_000)
  await slack.slash(nia, '/troupe help', PATIENT)
  expect(await called()).toBe('Nia')
})

test('Next shows the rest of a list to whoever presses it, alone', async () => {
  const { slack, userId } = play.stage
  const mia = await userId('Mia')
  const channel = await channelNamed(play.stage, 'start-here')
  await slack.invite(channel, mia)
  const rows = Array.from({ length: 260 }, (_, i) => [`row-${i}`, 'words'])
  await shown(play.stage, 'start-here', 'long', card('A long list', table(['Row', 'Words'], rows)))
  const numbers = (words: string) => [...words.matchAll(/row-(\d+)/g)].map(([, n]) => Number(n))
  let message = (await slack.messages(channel)).at(-1)!
  const seen = numbers(message.words)
  for (let n = 0; n < 9 && message.buttons.includes('Next'); n++) {
    const pressed = await slack.press(mia, message.channel, message.ts, 'Next', PATIENT)
    message = pressed.ephemeral.at(-1)!
    expect(message.onlyFor).toBe(mia)
    seen.push(...numbers(message.words))
  }
  expect(seen).toEqual(rows.map((_, i) => i))
})
