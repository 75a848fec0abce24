import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let mia: Persona
beforeAll(async () => {
  w = await world()
  mia = await w.creator('Mia')
})
afterAll(() => w.close())

const membership = () => w.within((ctx) => ctx.db.membership.findFirstOrThrow({ where: { personId: mia.personId } }))

test('bare, it shows what holds and changes nothing', async () => {
  const before = await membership()
  const text = await mia.run('settings')
  for (const line of [
    /^Your settings/,
    /Time zone +Europe\/Berlin/,
    /Language +English/,
    /Quiet hours +22:00 to 08:00/,
    /First door +where you came in/,
    /Alerts +Only sales/,
    /Pause +off/,
    /On boards +as Mia/,
    /\[Change settings\] \[Pause a week\]/,
  ]) {
    expect(text).toMatch(line)
  }
  expect(await membership()).toEqual(before)
})

test('the form asks what has to be typed', async () => {
  await mia.ask('settings')
  const { form } = await mia.press('Change settings')
  expect(form?.fields.map((f) => f.name)).toEqual(['zone', 'quiet_from', 'quiet_to', 'pause', 'alias'])
  const { text } = await mia.fill({ zone: 'America/New_York', quiet_from: '21:00', quiet_to: '', pause: '', alias: 'Glow Girl' })
  expect(text).toMatch(/^Saved/)
  expect(text).toMatch(/Time zone +America\/New_York/)
  expect(text).toMatch(/Quiet hours +21:00 to 08:00/)
  expect(text).toMatch(/On boards +as Glow Girl/)
  expect(await membership()).toMatchObject({ zone: 'America/New_York', quietFrom: '21:00', quietTo: null })
})

test('what has few values is chosen on the card', async () => {
  const { card } = await mia.ask('settings')
  const choices = card!.blocks.filter((block) => block.block === 'choice').map((block) => block.option)
  expect(choices).toEqual(['alerts', 'messages', 'language', 'door', 'shown'])
  expect(await mia.run('settings', { alerts: 'none', language: 'de', shown: 'hidden' })).toMatch(/Alerts +Nothing unasked/)
  expect(await membership()).toMatchObject({ alerts: 'none', locale: 'de' })
  expect(await mia.run('settings')).toMatch(/On boards +hidden/)
})

test('a pause lasts until a day, and ends with one press', async () => {
  expect(await mia.run('settings', { pause: '2026-12-24' })).toMatch(/Pause +until the end of 24\. Dez\. 2026/)
  expect((await membership()).pausedUntil?.toISOString()).toBe('2026-12-25T05:00:00.000Z')
  expect((await mia.press('End pause')).text).toMatch(/Pause +off/)
  expect((await mia.press('Pause a week')).text).toMatch(/Pause +until the end of 27\. Nov\. 2026/)
})

test('what cannot be is refused at its field, and nothing is half saved', async () => {
  expect(await mia.run('settings', { zone: 'Mars/Olympus' })).toContain('must be a time zone such as Europe/Berlin')
  expect(await mia.run('settings', { quiet_from: '25:00' })).toContain('must be a time such as 09:00')
  expect(await mia.run('settings', { pause: 'soon' })).toContain('Write 7 for a week')
  expect(await mia.run('settings', { door: 'slack' })).toContain('We do not know you on Slack yet.')
  const ana = await w.manager('Ana')
  expect(await ana.run('settings', { alerts: 'none', shown: 'hidden' })).toContain('Only creators appear on boards.')
  expect(await ana.run('settings')).toMatch(/Alerts +Only sales/)
  const lea = await w.creator('Lea')
  expect(await lea.run('settings', { shown: 'alias' })).toContain('There is no alias to show yet.')
})
