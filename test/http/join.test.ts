import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dashboard } from '../../src/http/dashboard.ts'
import { join } from '../../src/http/join.ts'
import { buildServer } from '../../src/http/server.ts'
import { createSealer } from '../../src/seal.ts'
import { Browser, words } from '../browser.ts'
import type { Persona } from '../chat.ts'
import { csv, handOver, named } from '../roster.ts'
import { type World, world } from '../world.ts'

const key = Buffer.alloc(32, 8)
let w: World
let ana: Persona
let root: Persona
beforeAll(async () => {
  w = await world({ key, program: { name: 'Glow' }, mounts: (app) => [dashboard(app), join(app)] })
  ana = await w.manager('Ana')
  root = await w.admin('Root')
})
afterAll(() => w.close())

let address = 1
/** A browser of its own, from an address of its own. */
class Phone extends Browser {
  private readonly at = `10.0.0.${address++}`
  override send(request: Parameters<Browser['send']>[0]) {
    return super.send({ ...request, remoteAddress: this.at })
  }
  open = () => this.get(`/join/${w.programId}`)
  /** Presses a button of the page: its form's fields, to where its form leads. */
  async push(label: string, more: Record<string, string> = {}) {
    const fields = this.button(label)
    const form = [...this.page.html.matchAll(/<form[\s\S]*?<\/form>/g)].find(([one]) => one.includes(`>${label}<`))![0]
    return this.post(/action="([^"]+)"/.exec(form)![1]!, { ...fields, ...more })
  }
  get words() {
    return words(this.page.html)
  }
}
const phone = async () => new Phone((await w.serve()).server)
const answers = (name: string) => ({
  'o.name': name,
  'o.handle': `@${name.toLowerCase().replaceAll(' ', '.')}`,
  'o.niche': 'beauty',
  'o.country': 'Germany',
  'o.email': `${name.toLowerCase().replaceAll(' ', '.')}@example.com`,
  'o.adult_and_consent': 'yes',
})
const apply = async (one: Phone, name: string, more: Record<string, string> = {}) => {
  await one.open()
  return one.push('Go on to the terms', { ...answers(name), ...more })
}

describe('without an invitation', () => {
  test('whoever lost the cookie sends again what they typed; from another page nothing is taken', async () => {
    const lost = await phone()
    await lost.open()
    const form = { ...lost.button('Go on to the terms'), ...answers('Lo Lost') }
    delete lost.cookies.troupe_join
    expect((await lost.post(`/join/${w.programId}/apply`, form)).status).toBe(403)
    expect(lost.words).toContain('Allow cookies for this page and send it once more.')
    expect(lost.page.html).toContain('value="lo.lost@example.com"')
    expect(await w.app.database.across((db) => db.identity.count({ where: { name: 'Lo Lost' } }))).toBe(0)
    await lost.push('Go on to the terms', answers('Lo Lost'))
    expect(lost.words).toContain('One step left: the terms')
    await lost.post(`/join/${w.programId}/press`, { ...lost.button('Accept'), token: 'of another browser' })
    expect(lost.words).toContain('One step left: the terms')
    const { status } = await lost.post(`/join/${w.programId}/apply`, form, { 'sec-fetch-site': 'cross-site' })
    expect([status, lost.words]).toEqual([403, expect.stringContaining('This form came from another page.')])
  })

  test('is known again after the key was replaced', async () => {
    const kai = await phone()
    await apply(kai, 'Kai Keys')
    expect(kai.words).toContain('One step left: the terms')
    const { clicks } = await w.serve()
    const app = { ...w.app, sealer: createSealer(Buffer.alloc(32, 9), [key]) }
    const after = new Phone(await buildServer(app, clicks, { mounts: [join(app)] }))
    Object.assign(after.cookies, kai.cookies)
    await after.open()
    expect(after.words).toContain('One step left: the terms')
  })

  test('form, terms, waiting, decision: one page, known by its cookie', async () => {
    const noor = await phone()
    await noor.open()
    expect(noor.page.status).toBe(200)
    expect(noor.page.html).toContain('<title>Join Glow · Glow</title>')
    const fields = [...noor.page.html.matchAll(/name="o\.(\w+)"/g)].map((m) => m[1])
    expect([...new Set(fields)]).toEqual(['name', 'handle', 'niche', 'country', 'email', 'adult_and_consent'])
    expect(noor.page.html).not.toContain('<dialog')
    expect(noor.page.headers['cache-control']).toBe('no-store')

    await apply(noor, 'Noor Haddad')
    expect(noor.page.url).toBe(`/join/${w.programId}`)
    expect(noor.words).toContain('One step left: the terms')
    expect(noor.words).toContain('10 % of each order you bring')
    expect(await ana.sees('applications')).not.toContain('Noor')
    await noor.push('Read all')
    expect(noor.words).toContain('Glow creator program, terms version 1')
    await noor.open()
    await noor.push('Accept')
    expect(noor.words).toContain('You usually hear from us within 24 hours.')
    expect(noor.words).toContain('bookmark this page and come back to it')
    expect(await ana.sees('applications')).toContain('Noor Haddad would like to join')

    await root.ask('setup program', {
      discord_invite: 'https://discord.gg/GlowCrew',
      slack_invite: 'https://join.slack.com/t/glow/x',
    })
    const { id } = await named(w, 'Noor Haddad')
    await ana.ask('creator approve', { creator: id })
    await noor.open()
    expect(noor.words).toContain('You are in')
    expect(noor.page.html).toMatch(
      /<a class="button main wide" href="https:\/\/discord\.gg\/GlowCrew" target="_blank" rel="noopener noreferrer">Join us on Discord/,
    )
    expect(noor.page.html).toContain('href="https://join.slack.com/t/glow/x"')
    expect(noor.words).toMatch(/Your link and code .*NOOR10/)

    await noor.push('Show a connect code')
    expect(noor.words).not.toContain('Enter a code')
    const code = /[A-Z0-9]{5}-[A-Z0-9]{5}/.exec(noor.words)?.[0]
    const elsewhere = await w.applicant('noor_on_discord')
    expect(await elsewhere.run('profile connect', { code: code! })).toContain('one person')
    const merged = await w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id } }))
    const accounts = await w.within((ctx) => ctx.db.identity.findMany({ where: { personId: merged.personId } }))
    expect(accounts).toHaveLength(2)
    await noor.open()
    expect(noor.words).toContain('You are in')

    await noor.open()
    await noor.push('Open my pages')
    expect(noor.page.url).toMatch(/^\/login\//)
  })

  test('another browser sees nothing of it; a cookie that was changed is nobody’s', async () => {
    const noor = await phone()
    await apply(noor, 'Ida Ibsen')
    const other = await phone()
    await other.open()
    expect(other.words).toContain('Join Glow')
    const cookie = noor.cookies.troupe_join!
    const forged = await phone()
    forged.cookies.troupe_join = `${'A'.repeat(22)}.${cookie.split('.')[1]}`
    await forged.open()
    expect(forged.words).toContain('Join Glow')
    expect(forged.cookies.troupe_join).not.toContain('A'.repeat(22))
  })

  test('what is wrong stands at its field, what was typed stays, and nobody is made', async () => {
    const kim = await phone()
    const before = await w.within((ctx) => ctx.db.person.count())
    await apply(kim, 'K', {
      'o.handle': 'https://www.instagram.com/p/C1/',
      'o.niche': '',
      'o.country': 'Atlantis',
      'o.email': 'kim',
      'o.adult_and_consent': 'no',
    })
    expect(kim.words).toContain('6 answers need another look.')
    const errorAt = (name: string) => words(new RegExp(`id="o-${name}-error">[\\s\\S]*?</p>`).exec(kim.page.html)?.[0] ?? '')
    expect(errorAt('name')).toContain('2 to 60 characters')
    expect(errorAt('handle')).toContain('That address leads to a post, not to a profile.')
    expect(errorAt('niche')).toContain('must be chosen')
    expect(errorAt('country')).toContain('We do not know that country.')
    expect(errorAt('email')).toContain('must be an e-mail address')
    expect(errorAt('adult_and_consent')).toContain('The program is open from 18 years')
    expect(kim.page.html).toContain('value="Atlantis"')
    expect(kim.page.html).toMatch(/<input type="text" id="o-handle"[^>]* aria-describedby="o-handle-error" aria-invalid="true"/)
    expect(kim.page.html).toContain(
      `<fieldset class="field few" id="o-adult_and_consent" aria-describedby="o-adult_and_consent-error">`,
    )
    expect(await w.within((ctx) => ctx.db.person.count())).toBe(before)
  })

  test('sent twice it is one application; decline is told with its reason', async () => {
    const lea = await phone()
    await lea.open()
    const fields = { ...lea.button('Go on to the terms'), ...answers('Lea Lang') }
    await Promise.all([lea.post(`/join/${w.programId}/apply`, fields), lea.post(`/join/${w.programId}/apply`, fields)])
    expect(await w.within((ctx) => ctx.db.creator.count({ where: { name: 'Lea Lang' } }))).toBe(1)
    await lea.open()
    await lea.push('Accept')
    await ana.ask('creator decline', { creator: (await named(w, 'Lea Lang')).id, reason: 'fit' })
    await lea.open()
    expect(lea.words).toContain('Your niche and our products are too far apart right now.')
    expect(lea.page.html).not.toContain('discord.gg')
  })

  test('a form of another page, another browser or none is refused', async () => {
    const eve = await phone()
    await eve.open()
    const fields = { ...eve.button('Go on to the terms'), ...answers('Eve Elm') }
    const path = `/join/${w.programId}/apply`
    expect((await eve.post(path, fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await eve.post(path, { ...fields, token: 'x' })).status).toBe(403)
    expect((await (await phone()).post(path, fields)).status).toBe(403)
    expect(await w.within((ctx) => ctx.db.creator.count({ where: { name: 'Eve Elm' } }))).toBe(0)
    await eve.post(`/join/${w.programId}/press`, { ...fields, press: JSON.stringify({ run: 'creator list', given: {} }) })
    expect(eve.words).toContain('Join Glow')
  })

  test('one address cannot send without end', async () => {
    const bot = await phone()
    await bot.open()
    const fields = { ...bot.button('Go on to the terms'), ...answers('B') }
    const statuses = []
    for (let n = 0; n < 42; n++) statuses.push((await bot.post(`/join/${w.programId}/apply`, fields)).status)
    expect(statuses.filter((status) => status === 429)).toHaveLength(2)
  })

  test('an unknown program has a friendly page; a name that is alone is an address too, and is escaped', async () => {
    const one = await phone()
    expect((await one.get('/join/prg_01JD0000000000000000000000')).status).toBe(404)
    expect(one.words).toContain('There is no program at this address')
    expect((await one.get('/join/..%2f..%2fetc')).status).toBe(404)
    expect((await one.get('/join/glow')).status).toBe(200)
    const other = await w.neighbour({ name: '<b>Glow</b> & Co' })
    await one.get(`/join/${other}`)
    expect(one.page.html).toContain('Join &#60;b&#62;Glow')
    expect(one.page.html).not.toContain('<b>Glow')
    await w.neighbour({ name: 'glow' })
    expect((await one.get('/join/glow')).status).toBe(404)
  })
})

describe('with an invitation', () => {
  const linkIn = (text: string) => /(\/join\/\S+\?invite=[\w-]+)/.exec(text)![1]!

  test('greeted by name, with the offered rate and the note; let in at once when the offer says so', async () => {
    const link = linkIn(
      await ana.run('creator invite', {
        name: 'Lou Lake',
        rate: '15',
        note: 'Your <i>reel</i>!',
        auto_approve: 'yes',
        email: 'lou@example.com',
      }),
    )
    const lou = await phone()
    await lou.get(link)
    expect(lou.words).toContain('Lou Lake, you are invited')
    expect(lou.words).toContain('15 % of each order you bring')
    expect(lou.page.html).toContain('Your &#60;i&#62;reel')
    expect(lou.page.html).toContain('value="lou@example.com"')
    expect(lou.page.html).not.toContain('name="o.name"')
    // Looking spends nothing.
    await (await phone()).get(link)
    await lou.push('Go on to the terms', { ...answers('Lou Lake'), 'o.email': 'lou@example.com' })
    expect(lou.words).toContain('15 % of each order you bring: your own rate.')
    expect(await named(w, 'Lou Lake')).toMatchObject({ state: 'applied', handle: '@lou.lake' })
    await lou.push('Accept')
    expect(lou.words).toContain('You are in')
    expect(await named(w, 'Lou Lake')).toMatchObject({ state: 'approved', rateBps: 1500, decidedBy: ana.personId })
    const late = await phone()
    await late.get(link)
    expect(late.words).toContain('This invitation was used before')
    await late.open()
    expect((await late.push('Go on to the terms', { ...answers('Thief'), invite: link.split('=')[1]! })).status).toBe(410)
  })

  test('without “at once” a manager decides and sees that it was an invitation', async () => {
    const link = linkIn(await ana.run('creator invite', { name: 'Max Moor', rate: '12' }))
    const max = await phone()
    await max.get(link)
    await max.push('Go on to the terms', answers('Max Moor'))
    await max.push('Accept')
    expect(max.words).toContain('We have your application')
    expect(await ana.sees('applications')).toMatch(/Max Moor would like to join[\s\S]*Invited with a rate of 12 %\./)
    await ana.ask('creator approve', { creator: (await named(w, 'Max Moor')).id })
    expect(await named(w, 'Max Moor')).toMatchObject({ state: 'approved', rateBps: 1200 })
  })

  test('who was imported takes up a place with codes and balance', async () => {
    const { ref } = await handOver(w, csv('name,email,code,balance,rate', 'Pia Pohl,pia@example.com,PIA20,30.00,11'))
    await ana.ask('creator adopt', { file: ref })
    const creator = await named(w, 'Pia Pohl')
    const link = linkIn(await ana.run('creator renew', { creator: creator.id }))
    const pia = await phone()
    await pia.get(link)
    expect(pia.words).toContain('Welcome, Pia Pohl')
    expect(pia.words).toContain('PIA20')
    await pia.push('Take up your place', { 'o.adult_and_consent': 'no' })
    expect(pia.words).toContain('The program is open from 18 years')
    await pia.push('Take up your place', { 'o.adult_and_consent': 'yes' })
    expect(pia.words).toContain('11 % of each order you bring: your own rate.')
    await pia.push('Accept')
    expect(pia.words).toContain('You are in')
    expect(pia.words).toContain('PIA20')
    const after = await named(w, 'Pia Pohl')
    expect(after).toMatchObject({ id: creator.id, state: 'approved', shown: 'name' })
    expect(after.termsAt).not.toBeNull()
  })
})
