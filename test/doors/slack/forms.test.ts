/** Windows with forms: what is wrong is said at its field, windows lie upon each other, and files are fetched from Slack alone. */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'
import { buttons, card } from '../../../src/kernel/card.ts'
import { aMission, FIRST, type Player, png } from '../../stories/stage.ts'
import type { Shown } from './local.ts'
import { hasty, slackStage } from './stage.ts'
import { application, inMessages, picked, played } from './trouble.ts'

const play = played(() => slackStage({}, {}, hasty), ['Ben'])
const PATIENT = { patience: 6_000 }

async function formOf(name: string, line: string): Promise<{ user: string; view: Shown }> {
  const user = await play.stage.userId(name)
  return { user, view: (await play.stage.slack.slash(user, line, PATIENT)).view! }
}

test('what is wrong is said at its field before anything is stored; then the same window is taken', async () => {
  const { slack, w } = play.stage
  const { user, view } = await formOf('Ben', '/troupe apply')
  expect(Object.fromEntries(view.fields.map((field) => [field.blockId, field.type]))).toMatchObject({
    handle: 'plain_text_input',
    country: 'external_select',
    email: 'email_text_input',
    adult_and_consent: 'static_select',
  })
  const heard = () => w.within((ctx) => ctx.db.inbox.count())
  const before = await heard()
  await picked(play.stage, user, view, application)
  const wrong = await slack.submitView(user, view.id, { ...application, email: 'mia..lang@example.com' })
  expect(wrong).toMatchObject({ action: 'errors', errors: { email: expect.stringContaining('e-mail') } })
  expect(wrong.byClient).toBeUndefined()
  expect(await heard()).toBe(before)
  expect((await slack.submitView(user, view.id, application)).action).toBe('clear')
  await vi.waitFor(async () => expect((await slack.ephemerals(user)).at(-1)!.words).toContain('14 days'), 5_000)
  await slack.settled(200)
})

test('a refusal keeps what was typed, and Fix brings it back in the form', async () => {
  const { slack } = play.stage
  const { user, view } = await formOf('Cleo', '/troupe apply country:DE niche:beauty')
  expect(view.fields.map((field) => field.blockId)).not.toContain('country')
  const { handle, email, adult_and_consent } = application
  await slack.submitView(user, view.id, { handle: 'https://example.com/nobody', email, adult_and_consent }, PATIENT)
  await slack.settled(300)
  const told = (await slack.ephemerals(user)).at(-1)!
  if (!told.buttons.includes('Fix')) return expect(told.words).toContain('14 days')
  const again = await slack.press(user, told.channel, told.ts, 'Fix', PATIENT)
  expect(again.view!.fields.find((field) => field.blockId === 'email')!.initial).toBe(email)
  expect(handle).toBeTruthy()
})

test('windows lie upon each other, the fourth takes the place of the third, and an answer takes the window it was asked in', async () => {
  const { slack, w } = play.stage
  const user = await play.stage.userId('Ben')
  const opened = await slack.globalShortcut(user, 'home', PATIENT)
  await slack.settled(200)
  expect((await slack.view(user))!.words).not.toContain('Working on it')
  // A window that shows what leads on and on.
  const { renderHome } = await import('../../../src/platforms/slack/render.ts')
  const leads = card('Leads on', buttons({ label: 'Apply', run: 'apply' }, { label: 'Help', run: 'help' }))
  const { view } = renderHome(leads, { mention: () => undefined })
  const shell = { type: 'modal', title: { type: 'plain_text', text: 'Troupe' }, blocks: view.blocks }
  const headers = { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' }
  const put = (id: string) =>
    fetch(`${slack.apiUrl}views.update`, { method: 'POST', headers, body: JSON.stringify({ view_id: id, view: shell }) })
  for (let n = 0; n < 2; n++) {
    const top = (await slack.view(user))!.id
    await put(top)
    await slack.pressView(user, top, 'Apply', PATIENT)
    await slack.settled(100)
    expect((await slack.view(user))!.id).not.toBe(top)
  }
  const third = (await slack.view(user))!.id
  await put(third)
  await slack.pressView(user, third, 'Apply', PATIENT)
  await slack.settled(200)
  const top = (await slack.view(user))!
  expect(top).toMatchObject({ id: third, callbackId: 'apply' })
  await put(third)
  await slack.pressView(user, third, 'Help', PATIENT)
  await vi.waitFor(async () => expect((await slack.view(user))!.words).toContain('/apply'), 5_000)
  expect((await slack.view(user))!.id).toBe(third)
  // A form without an address for its answer is answered in its own window; who closed that finds it in the Messages tab.
  const again = (await slack.globalShortcut(user, 'home', PATIENT)).view!
  await slack.settled(200)
  await put(again.id)
  await slack.fault({ kind: 'slow', method: 'users.info', ms: 10 })
  const asked = slack.pressView(user, again.id, 'Help', { patience: 0 })
  await slack.closeView(user, again.id)
  await asked
  await slack.settled(300)
  expect(opened.view).toBeTruthy()
  await w.app.runJob('deliver')
})

test('a file is copied at once, by the token of its workspace; one of the wrong kind is refused in words', async () => {
  const { w, slack } = play.stage
  await aMission(w)
  const ana = await play.stage.person('Ana', 'manager')
  const mia = await creator('Mia', ana)
  await mia.ask('submit')
  expect(await mia.fill({ caption: '#ad My honest morning', file: png, mission: FIRST })).toContain('Morning routine')
  const handedIn = () => w.within((ctx) => ctx.db.file.findMany({ where: { name: png.name } }))
  expect(await handedIn()).toMatchObject([{ mime: 'image/png', bytes: png.bytes.length }])
  await mia.ask('submit')
  const said = await mia.fill({ caption: '#ad No picture', file: { ...png, bytes: Buffer.from('only words') }, mission: FIRST })
  expect(said).toMatch(/picture|video|PDF|kind/i)
  expect(await handedIn()).toHaveLength(1)
  const form = await formOf('Mia', '/troupe submit')
  const exe = { name: 'a.exe', mime: 'application/x-msdownload', bytes: Buffer.from('MZ') }
  expect(await slack.submitView(form.user, form.view.id, { caption: 'x', file: { files: [exe] } })).toMatchObject({
    byClient: true,
    errors: { file: expect.stringContaining('not taken') },
  })
})

async function creator(name: string, manager: Player): Promise<Player> {
  const one = await play.stage.person(name)
  await one.ask('apply')
  await one.fill({ ...application, handle: `@${name.toLowerCase()}.glow` })
  await one.press('Accept')
  await play.stage.w.tick()
  await manager.press('Approve', 'applications')
  await play.stage.w.tick()
  await inMessages(play.stage, await play.stage.userId(name), 'Your kit')
  return one
}

test('the token goes to Slack alone; a page to sign in, a missing file and a large one are refused', async () => {
  const token = 'xoxb-of-a-test'
  const elsewhere: string[] = []
  const evil = await serving((request, response) => {
    elsewhere.push(request.url ?? '')
    response.end('taken')
  })
  let file: object = {}
  let body: [type: string, bytes: string] = ['image/png', 'picture']
  const own = await serving((request, response) => {
    const json = (it: object) => response.setHeader('content-type', 'application/json').end(JSON.stringify(it))
    if (request.url === '/api/auth.test') return json({ ok: true, team_id: 'T1', user_id: 'U1' })
    if (request.url === '/api/files.info') return json('error' in file ? { ok: false, ...file } : { ok: true, file })
    response.setHeader('content-type', body[0]).end(body[1])
  })
  const door = play.stage.another({ apiBase: `${own}/api/`, botToken: token })
  const ref = { platform: 'slack', ref: 'F1', name: 'a.png', bytes: 1, mime: 'image/png' }
  const get = () =>
    door.fetchFile('T1', ref, 10).then(
      (bytes) => Buffer.from(bytes).toString(),
      (error: { sentence?: string }) => error.sentence,
    )
  file = { url_private: `${own}/files/a` }
  expect(await get()).toBe('picture')
  const missing = '“a.png” could not be fetched from Slack.'
  for (const url of [
    `${evil}/a`,
    `${evil.replace('127.0.0.1', 'files.slack.com.evil.example')}/a`,
    'http://files.slack.com/a',
    'file:///etc/passwd',
    '',
  ]) {
    file = { url_private: url }
    expect(await get()).toBe(missing)
  }
  expect(elsewhere).toEqual([])
  file = { url_private: `${own}/files/a` }
  body = ['text/html; charset=utf-8', '<html>']
  expect(await get()).toBe(missing)
  body = ['image/png', 'more than ten bytes']
  expect(await get()).toContain('larger than')
  file = { url_private: `${own}/files/a`, size: 11 }
  expect(await get()).toContain('larger than')
  file = { error: 'file_deleted' }
  expect(await get()).toBe(missing)
})

async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
