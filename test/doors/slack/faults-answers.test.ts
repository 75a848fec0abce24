/** Answers that are slow, late, doubled, cut off by a restart or asked where no window opens any more. */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { hasty, slackStage } from './stage.ts'
import { application, cutShort, inMessages, type Played, picked, played, posted, restarted, slowly } from './trouble.ts'

const QUIET = { patience: 0 }
const PATIENT = { patience: 8_000 }

const modes = ['socket', 'http'] as const

describe('over a socket and over HTTP', () => {
  const plays = modes.map((mode) => ({ mode, play: played(() => slackStage({ mode }, {}, hasty), ['Mia', 'Ben', 'Ana']) }))
  const both = (scenario: (play: Played, mode: (typeof modes)[number]) => Promise<void>) => () =>
    Promise.all(plays.map(({ play, mode }) => scenario(play, mode)))

  test(
    'a database that takes 2.9 s delays answers, forms a little, and no acknowledgement',
    both(async (play) => {
      const { slack, userId } = play.stage
      const [mia, ben, ana] = await Promise.all(['Mia', 'Ben', 'Ana'].map(userId))
      const card = await posted(play.stage, mia!, 'Help', 'help')
      const form = (await slack.slash(ana!, '/troupe apply', PATIENT)).view!
      await picked(play.stage, ana!, form, application)
      const free = await slowly(play.stage, 2_900)
      const began = performance.now()
      const suggested = slack.suggest(ana!, form.id, 'country', 'ge')
      const asked = await Promise.all([
        slack.press(mia!, card.channel, card.ts, 'Help', PATIENT),
        slack.slash(ben!, '/troupe apply', PATIENT),
        slack.submitView(ana!, form.id, application, PATIENT),
      ])
      expect(performance.now() - began).toBeLessThan(8_000)
      await free()
      expect((await suggested).ack.ms).toBeLessThan(1_000)
      for (const { ack } of asked) expect(ack).toMatchObject({ ok: true, late: false })
      for (const { ack } of asked) expect(ack.ms).toBeLessThan(1_000)
      expect(asked[0].ephemeral).toHaveLength(1)
      expect(asked[1].view!.fields.map((field) => field.blockId)).toContain('country')
      expect(asked[2].action).toBe('clear')
      await vi.waitFor(async () => expect((await slack.ephemerals(ana!)).at(-1)!.words).toContain('14 days'), 5_000)
    }),
  )

  test(
    'the same delivery twice has one effect and one answer',
    both(async (play) => {
      const { slack, w, userId } = play.stage
      const ben = await userId('Ben')
      await slack.twice()
      await slack.slash(ben, '/troupe help', PATIENT)
      await slack.repeat()
      await slack.settled(300)
      expect(await slack.requests('response_url')).toHaveLength(1)
      const trigger = String((await slack.deliveries()).at(-1)!.payload.trigger_id)
      expect(await w.within((ctx) => ctx.db.inbox.count({ where: { externalId: trigger } }))).toBe(1)
      await slack.forget()
      await slack.twice()
      await slack.say(ben, 'dm', 'help', [], PATIENT)
      await slack.repeat()
      await slack.settled(300)
      expect(await slack.requests('chat.postMessage')).toHaveLength(1)
      await slack.forget()
      await slack.twice()
      const { view } = await slack.slash(ben, '/troupe apply', PATIENT)
      expect(view!.fields.length).toBeGreaterThan(3)
      await slack.settled(300)
      expect(await slack.requests('views.open')).toHaveLength(1)
      const { view: first } = await slack.slash(ben, '/troupe apply', PATIENT)
      await picked(play.stage, ben, first!, application)
      await slack.settled(300)
      await slack.forget()
      await slack.twice()
      const sent = await slack.submitView(ben, first!.id, application, QUIET)
      expect(sent.action).toBe('clear')
      await slack.settled(500)
      await vi.waitFor(async () => expect((await slack.requests('response_url')).length).toBe(1), 4_000)
    }),
  )

  test(
    'after a restart the answer still comes; after too long the person is told',
    both(async (play, mode) => {
      const { slack, w, userId } = play.stage
      const mia = await userId('Mia')
      w.at(new Date())
      await slack.slash(mia, '/troupe help', PATIENT)
      await cutShort(play.stage)
      await slack.forget()
      await restarted(play.stage)
      expect((await slack.requests('response_url')).map((one) => one.answer)).toEqual(['ok'])
      expect((await slack.ephemerals(mia)).at(-1)!.words).toContain('/apply')
      await slack.slash(mia, '/troupe help', PATIENT)
      await cutShort(play.stage)
      w.at(new Date(w.now.getTime() + 15 * 60_000))
      // What Slack tells meanwhile is a quarter of an hour old by our clock.
      if (mode === 'http') play.expected.push('ack')
      await restarted(play.stage)
      await inMessages(play.stage, mia, 'Please ask again')
      w.at(new Date())
      await slack.settled(400)
    }),
  )
})

describe('in either mode', () => {
  const play = played(() => slackStage(), ['Mia'])
  const uses = async (url: string) => (await fetch(url, { method: 'POST', body: '{"text":"used"}' })).status
  const addressOf = async () => {
    const last = (await play.stage.slack.deliveries()).findLast((one) => one.type === 'slash_commands')!
    return String(last.payload.response_url)
  }

  test('a used-up response address and one that is too old lead to the Messages tab', async () => {
    const { slack, userId } = play.stage
    const mia = await userId('Mia')
    play.expected.push('response_url')
    const free = await slowly(play.stage, 600)
    await slack.slash(mia, '/troupe help', QUIET)
    const url = await addressOf()
    for (let n = 0; n < 5; n++) expect(await uses(url)).toBe(200)
    await free()
    await inMessages(play.stage, mia, '/apply')
    const before = (await slack.dm(mia)).messages.length
    const freeAgain = await slowly(play.stage, 600)
    await slack.slash(mia, '/troupe help', QUIET)
    await slack.advance(31 * 60_000)
    await freeAgain()
    await vi.waitFor(async () => {
      await play.stage.w.app.runJob('deliver')
      expect((await slack.dm(mia)).messages).toHaveLength(before + 1)
    }, 8_000)
  })

  test('a form that can not open any more is offered as a button, which opens it', async () => {
    const { slack, userId } = play.stage
    const ana = await userId('Cleo')
    play.expected.push('trigger')
    await slack.fault({ kind: 'slow', method: 'users.info', ms: 600 })
    const asking = slack.slash(ana, '/troupe apply', PATIENT)
    await pause(150)
    await slack.advance(3_100)
    const card = (await asking).ephemeral[0]!
    expect(card.buttons).toEqual(['Open the form'])
    const { view } = await slack.press(ana, card.channel, card.ts, 'Open the form', PATIENT)
    expect(view!.fields.map((field) => field.blockId)).toContain('country')
  })

  test('a response address that falters is tried again; one whose answer was lost is not left silent', async () => {
    const { slack, userId } = play.stage
    const mia = await userId('Mia')
    for (const fault of ['503', '429'] as const) {
      await slack.fault({ kind: fault, method: 'response_url' })
      expect((await slack.slash(mia, '/troupe help', PATIENT)).words).toContain('/apply')
    }
    await slack.fault({ kind: 'lost-reply', method: 'response_url' })
    expect((await slack.slash(mia, '/troupe help', PATIENT)).words).toContain('/apply')
  })
})
