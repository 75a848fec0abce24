import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../../src/ledger/queries.ts'
import { balances } from '../../../src/ledger/service.ts'
import { buttonsOf, type Persona } from '../../chat.ts'
import { csv, handOver, named, three } from '../../roster.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

const imported = async (bytes: Uint8Array) => {
  await ana.ask('creator import', { file: await handOver(w, bytes) })
  const label = buttonsOf(ana.last!).find((button) => button.label.startsWith('Import '))!.label
  return ana.press(label)
}
const state = () =>
  w.within(async ({ db }) => ({
    people: await db.person.count(),
    creators: await db.creator.findMany({ orderBy: { id: 'asc' } }),
    codes: await db.code.findMany({ orderBy: { id: 'asc' } }),
    links: await db.link.findMany({ orderBy: { id: 'asc' } }),
    transfers: await db.transfer.findMany({ orderBy: { id: 'asc' } }),
  }))

test('creators, codes as the shop has them, links of our own, and what each is owed', async () => {
  const { text, card } = await imported(three)
  expect(text).toMatch(/^The roster is in\n/)
  expect(text).toMatch(/New +3/)
  expect(text).toContain('3 of them have no account yet.')
  expect(buttonsOf(card!).map((button) => button.label)).toEqual(['Get claim links', 'Get report', 'See creators'])

  const mia = await named(w, 'Mia Lind')
  expect(mia).toMatchObject({
    state: 'approved',
    rateBps: 1200,
    tier: 'Gold',
    tags: ['vip', 'summer'],
    shown: 'hidden',
    termsAt: null,
  })
  const { codes, links } = await state()
  expect(codes.map((code) => code.code).sort()).toEqual(['BO10', 'BO20', 'CYCOLE', 'MIA15'])
  const own = links.find((link) => link.creatorId === mia.id)
  expect(own).toMatchObject({ destination: 'https://shop.example.com/serum', slug: expect.stringMatching(/^mia-glow-/) })
  expect(links).toHaveLength(3)

  const money = (name: string) => w.within(async (ctx) => (await balances(ctx, (await named(w, name)).id)).payable.minor)
  expect([await money('Mia Lind'), await money('Bo Berg'), await money('Cy Cole')]).toEqual([5000n, -1250n, 0n])
  expect(await w.within(audit)).toEqual([])
  expect(await ana.run('creator list', { tag: 'gold' })).toContain('Mia Lind')
})

test('an order with an adopted code earns at once, at the rate of the file', async () => {
  await w.hook('generic', {
    type: 'order.created',
    data: {
      id: 'o1',
      number: '#1',
      at: '2026-11-20T11:00:00Z',
      currency: 'EUR',
      total: '100.00',
      codes: ['mia15'],
      paid: true,
    },
  })
  const line = await w.within((ctx) => ctx.db.line.findFirst())
  expect(line).toMatchObject({ creatorId: (await named(w, 'Mia Lind')).id, rateBps: 1200 })
})

test('the same file again changes nothing; a longer one adds what is new', async () => {
  const before = await state()
  const { text } = await imported(three)
  expect(text).toMatch(/New +0/)
  expect(text).toMatch(/Unchanged +3/)
  expect(await state()).toEqual(before)

  const more = csv(
    'name,email,code,link,tags,balance,rate',
    'Mia Other,mia@example.com,MIA99,https://shop.example.com/mask,vip;new,60,15',
    'Dee Dee,dee@example.com,,,,,',
  )
  const again = await imported(more)
  expect(again.text).toMatch(/New +1/)
  expect(again.text).toMatch(/Completed +1/)
  expect(again.text).toContain('Another opening balance was booked before.')
  const mia = await named(w, 'Mia Lind')
  expect(mia).toMatchObject({ rateBps: 1200, tags: ['new', 'summer', 'vip'] })
  const { codes, links, transfers } = await state()
  expect(
    codes
      .filter((code) => code.creatorId === mia.id)
      .map((code) => code.code)
      .sort(),
  ).toEqual(['MIA15', 'MIA99'])
  expect(links.filter((link) => link.creatorId === mia.id)).toHaveLength(2)
  expect(transfers.filter((transfer) => transfer.key === `opening:${mia.id}`)).toHaveLength(1)
})

test('two who import at once do it once', async () => {
  const { ref } = await handOver(w, csv('name,email,balance', 'Eve Ek,eve@example.com,9.00', 'Flo Fisk,flo@example.com,1.00'))
  const bob = await w.manager('Bob')
  const both = await Promise.all([ana.run('creator adopt', { file: ref }), bob.run('creator adopt', { file: ref })])
  expect(both.map((text) => /New +(\d)/.exec(text)?.[1]).sort()).toEqual(['0', '2'])
  expect(await w.within((ctx) => ctx.db.creator.count({ where: { email: 'eve@example.com' } }))).toBe(1)
})

test('the report names every row; managers alone', async () => {
  w.at('2026-11-20T13:00:00Z')
  const { card } = await imported(csv('name,email', '=Gus,gus@example.com', 'Bad,bad'))
  const report = await w.within((ctx) =>
    ctx.db.file.findFirstOrThrow({ where: { name: 'import-report.csv' }, orderBy: { id: 'desc' } }),
  )
  const text = (await w.within((ctx) => ctx.read(report.id))).bytes.toString()
  expect(text).toContain("2,'=Gus,gus@example.com,,new,link to shop.example.com,")
  expect(text).toContain('3,Bad,,,left out,“bad” is no e-mail address.,Write it like mia@example.com.')
  expect(buttonsOf(card!).find((button) => button.label === 'Get report')).toMatchObject({
    url: expect.stringContaining('/login/'),
  })
  const mia = await w.applicant('Mia')
  expect(await mia.run('creator adopt', { file: report.id })).toContain('Not allowed')
})

test('two thousand rows come in within one transaction', async () => {
  const rows = Array.from({ length: 2_000 }, (_, i) => `Creator ${i},c${i}@example.com,@c${i}.many,MANY${i}X,${i + 1}.00`)
  const { text } = await imported(csv('name,email,handle,code,balance', ...rows))
  expect(text).toMatch(/New +2000/)
  expect(await w.within(audit)).toEqual([])
})
