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

test('the link of the kit, as text to copy and as QR picture', async () => {
  const { card, text } = await mia.ask('link')
  expect(text).toMatch(/^Your link\nhttps:\/\/go\.glow\.example\/mia-glow-[a-z0-9]{4}\nLeads to shop\.example\.com/)
  const picture = card?.blocks.find((block) => block.block === 'image')
  const file = await w.within((ctx) => ctx.db.file.findUniqueOrThrow({ where: { id: picture!.file! } }))
  expect(file.mime).toBe('image/png')
  expect((await mia.ask('link')).card).toEqual(card)
})

test('the button makes one to another page; asking twice gives the same', async () => {
  await mia.ask('link')
  const { form } = await mia.press('Make link')
  expect(form?.fields.map((f) => f.name)).toEqual(['to'])
  const made = await mia.fill({ to: '/serum' })
  expect(made.text).toMatch(/^Your links\nhttps:\/\/go\.glow\.example\/\S+\nLeads to shop\.example\.com\/serum/)
  expect((await mia.ask('link', { to: 'https://shop.example.com/serum' })).text).toBe(made.text)
  expect(await w.within((ctx) => ctx.db.link.count({ where: { creatorId: mia.creatorId } }))).toBe(2)
  expect(await mia.run('link')).toContain('Your other links')
})

test('a page elsewhere is refused with the way out', async () => {
  expect(await mia.run('link', { to: 'https://evil.example/' })).toBe(
    'Please check\nevil.example is not one of the program’s shops.\nAsk a manager to add the host to the program’s settings.\n[Fix]',
  )
})

test('each creator sees own links only; others join first', async () => {
  const lea = await w.creator('Lea')
  expect(await lea.run('link')).not.toContain('mia-glow')
  const someone = await w.applicant('Someone')
  expect(await someone.run('link')).toBe('Not allowed\n/link is for creators.\nJoin first with /apply.')
})

test('a manager whose own application waits has no link yet: nothing would come of it', async () => {
  const tom = await w.manager('Tom')
  await tom.ask('apply', { handle: '@tom', niche: 'food', country: 'DE', email: 'tom@example.com', adult_and_consent: 'yes' })
  await tom.press('Accept')
  expect(await tom.run('link')).toMatch(/you are not a creator here\.\nYour application waits for the team’s answer/)
  expect(await tom.run('help')).not.toContain('For creators')
  expect(await w.within((ctx) => ctx.db.link.count({ where: { slug: { startsWith: 'tom' } } }))).toBe(0)
})
