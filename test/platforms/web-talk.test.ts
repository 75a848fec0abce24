import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { card, choice } from '../../src/kernel/card.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import type { Visitor } from '../browse.ts'
import type { World } from '../world.ts'
import { event, openSimulator, postOf, type Simulator, tell } from './simulator-door.ts'

let w: World
let origin: string
let web: Platform
let sit: Simulator['sit']
beforeAll(async () => {
  ;({ w, origin, web, sit } = await openSimulator())
})
afterAll(() => w.close())

describe('talking', () => {
  test('a command answers its asker only, and the answer can be dismissed', async () => {
    const [mia, ana] = [await sit('mia'), await sit('ana')]
    await tell(mia, '/earnings')
    expect(mia.words).toContain('Mia used /earnings')
    expect(mia.words).toContain('Only you can see this')
    expect(await ana.go('/simulator?in=start-here')).not.toContain('/earnings</code>')
    const message = mia.messages.at(-1)!
    await ana.post('/simulator/dismiss', { in: 'start-here', message })
    await mia.go('/simulator?in=start-here')
    expect(mia.messages).toContain(message)
    await mia.post('/simulator/dismiss', { in: 'start-here', message })
    expect(mia.messages).not.toContain(message)
  })

  test('the same event is the same call', async () => {
    const mia = await sit('mia')
    const once = event()
    await mia.post('/simulator/run', { in: 'start-here', event: once, line: '/home' })
    const count = mia.messages.length
    await mia.post('/simulator/run', { in: 'start-here', event: once, line: '/home' })
    expect(mia.messages.length).toBe(count)
  })

  test('an event id of someone else does not give their answer', async () => {
    const [mia, ana] = [await sit('mia'), await sit('ana')]
    await mia.post('/simulator/run', { in: 'start-here', event: 'shared', line: '/earnings' })
    await ana.post('/simulator/run', { in: 'start-here', event: 'shared', line: '/help' })
    expect(ana.page).not.toContain('Your earnings')
  })

  test('what is not a command gets a sentence, and an unknown one a card', async () => {
    const mia = await sit('mia')
    await tell(mia, 'hello')
    expect(mia.words).toContain('They begin with a slash')
    await tell(mia, '/nonsense')
    expect(mia.words).toContain('There is no command called /nonsense')
  })

  test('apply: the form opens, says what is wrong at the field, and a press takes the card’s place', async () => {
    const noor = await sit()
    await noor.post('/simulator/persona', { name: 'Noor' })
    await tell(noor, '/apply')
    expect(noor.page).toContain('<dialog class="sheet"')
    expect(noor.page).toContain('name="o.email"')
    const answers = {
      form: 'apply',
      in: 'start-here',
      'o.handle': '@noor',
      'o.niche': 'beauty',
      'o.country': 'DE',
      'o.adult_and_consent': 'yes',
    }
    await noor.post('/simulator/run', { ...answers, event: event(), 'o.email': 'not a mail' })
    expect(noor.page).toMatch(/id="o-email-error">.*must be an e-mail address/)
    expect(noor.page).toContain('value="@noor"')
    await noor.post('/simulator/run', { ...answers, event: event(), 'o.email': 'noor@example.com' })
    expect(noor.words).toContain('One step left: the terms')
    const message = noor.messages.at(-1)!
    const count = noor.messages.length
    await noor.post('/simulator/run', { in: 'start-here', event: event(), message, press: JSON.stringify(noor.button('Accept')) })
    expect(noor.messages).toHaveLength(count)
    expect(noor.words).not.toContain('One step left')
    await w.app.runJob('deliver')
    await noor.go('/simulator?in=you')
    expect(noor.words).toContain('We have your application')
  })

  test('a choice sends what was chosen', async () => {
    const ana = await sit('ana')
    await web.post(
      w.programId,
      `${w.programId}:start-here`,
      postOf('pick', card('Pick', choice('Period', 'leaderboard', 'period', [{ label: 'Month', value: 'month' }]))),
    )
    const chosen = JSON.stringify({ run: 'leaderboard', option: 'period', given: {} })
    await ana.post('/simulator/run', { in: 'start-here', event: event(), choice: chosen, chosen: 'no such period' })
    expect(ana.words).toMatch(/Please check|must be/)
  })

  test('a made-up button is refused', async () => {
    const mia = await sit('mia')
    await mia.post('/simulator/run', { in: 'start-here', event: event(), press: '{"run":5}' })
    expect(mia.status).toBe(400)
    expect(mia.words).toContain('This button is not one of ours.')
  })

  test('suggests commands by role and values by option', async () => {
    const mia = await sit('mia')
    const offers = (await (await mia.fetch('/simulator/commands')).json()) as { name: string }[]
    expect(offers.map((offer) => offer.name)).toContain('earnings')
    expect(offers.map((offer) => offer.name)).not.toContain('review reject')
    const zones = await (await mia.fetch('/simulator/suggest?in=start-here&run=apply&option=country&typed=Germ')).json()
    expect(zones).toEqual([{ label: 'Germany', value: 'DE' }])
  })

  test('suggests to visitors nothing that refuses them, and takes what whoever has left types', async () => {
    const named = async (visitor: Visitor) =>
      ((await (await visitor.fetch('/simulator/commands')).json()) as { name: string }[]).map(({ name }) => name)
    const kim = await sit()
    await kim.post('/simulator/persona', { name: 'Kim' })
    expect(await named(kim)).toContain('apply')
    for (const name of ['mission list', 'leaderboard', 'dispute', 'details']) expect(await named(kim)).not.toContain(name)
    await tell(kim, '/leaderboard period:this_week')
    expect(kim.words).toContain('The leaderboard is for creators of the program.')
    const lia = await w.creator('Lia')
    await lia.run('leave', { sure: 'yes' })
    const former = await sit('lia')
    for (const name of ['earnings', 'statement', 'details']) expect(await named(former)).toContain(name)
    await tell(former, '/statement month:1999-01')
    expect(former.words).toContain('1999')
  })
})

describe('files', () => {
  // The smallest PNG, made larger than a request body may usually be by what follows its end.
  const png = Buffer.concat([
    Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'),
    Buffer.alloc(2 * 1024 * 1024),
  ])

  async function handIn(visitor: Visitor, bytes: Buffer, name: string): Promise<Response> {
    const body = new FormData()
    for (const [field, value] of Object.entries({
      token: visitor.token,
      in: 'you',
      event: event(),
      form: 'submit',
      'o.caption': '#ad my morning with the serum',
    }))
      body.set(field, value)
    body.set('o.file', new File([Uint8Array.from(bytes)], name))
    return visitor.fetch('/simulator/run', {
      method: 'POST',
      body,
      headers: { accept: 'application/json', 'sec-fetch-site': 'same-origin' },
    })
  }

  test('an upload reaches the command, and its picture is shown to people of the program only', async () => {
    const mia = await sit('mia')
    const answer = await handIn(mia, png, 'morning.png')
    expect(await answer.json()).toEqual({ said: true })
    const file = await w.within((ctx) => ctx.db.file.findFirstOrThrow({ where: { name: { contains: 'morning' } } }))
    const shown = await mia.fetch(`/media/${file.id}`)
    expect(shown.status).toBe(200)
    expect(shown.headers.get('content-type')).toBe('image/png')
    expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await fetch(`${origin}/media/${file.id}`)).status).toBe(404)
    // Nobody else's to see before it is out, though in the same program; managers have to look at it.
    const other = await sit()
    await other.post('/simulator/persona', { name: 'Noor' })
    expect((await other.fetch(`/media/${file.id}`)).status).toBe(404)
    expect((await (await sit('ana')).fetch(`/media/${file.id}`)).status).toBe(200)
    const stranger = await sit()
    await stranger.post('/simulator/programs', { name: 'Elsewhere', currency: 'USD', zone: 'America/New_York' })
    expect((await stranger.fetch(`/media/${file.id}`)).status).toBe(404)
  })

  test.each([
    ['no picture at all', Buffer.from('just words'), 'words.png', /not a picture|no file that|can’t|cannot|kind/i],
    ['more than 25 MB', Buffer.concat([png, Buffer.alloc(25 * 1024 * 1024)]), 'large.png', /larger than 25 MB/],
  ])('%s: the form stays open with its reason and with what was typed', async (_, bytes, name, reason) => {
    const mia = await sit('mia')
    const before = await w.within((ctx) => ctx.db.submission.count())
    const said = JSON.stringify(await (await handIn(mia, bytes, name)).json())
    expect(said).toMatch(reason)
    expect(said).toContain('#ad my morning with the serum')
    expect(await w.within((ctx) => ctx.db.submission.count())).toBe(before)
  })
})
