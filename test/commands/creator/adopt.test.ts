import { afterAll, beforeAll, expect, test } from 'vitest'
import { unite } from '../../../src/creators/merge.ts'
import { audit } from '../../../src/ledger/audit.ts'
import { balances } from '../../../src/ledger/service.ts'
import { follow } from '../../../src/links/merge.ts'
import { setRole } from '../../../src/people/service.ts'
import { buttonsOf, type Persona } from '../../chat.ts'
import { enlist, type Member } from '../../rooms/shop.ts'
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

test('whoever is here already reads that an opening balance came in or is taken off, once', async () => {
  const [eva, fay] = [await w.creator('Eva'), await w.creator('Fay')]
  const file = csv('name,email,balance', 'Eva,eva@example.com,12.50', 'Fay,fay@example.com,-3.00')
  await imported(file)
  expect(await eva.sees()).toMatch(/Your opening balance is in\nWhat Glow still owed you from before is payable/)
  expect(await fay.sees()).toMatch(/Your opening balance is in\nGlow had paid you more before/)
  const told = () => w.within((ctx) => ctx.db.outbox.count({ where: { key: { startsWith: 'opening:' } } }))
  expect(await told()).toBe(2)
  await imported(file)
  expect(await told()).toBe(2)
})

test('nobody books an opening balance to themselves; another manager does', async () => {
  const gil = await w.creator('Gil')
  await w.within((ctx) => setRole(ctx, gil.personId, 'manager'))
  const file = await handOver(w, csv('name,email,balance', 'Gil,gil@example.com,900.00', 'Hal Holm,hal@example.com,3.00'))
  const payable = async (name: string) => w.within(async (ctx) => (await balances(ctx, (await named(w, name)).id)).payable.minor)
  expect(await gil.run('creator import', { file })).toContain('The balance would be your own.')
  await gil.run('creator adopt', { file: file.ref })
  expect([await payable('Gil'), await payable('Hal Holm')]).toEqual([0n, 300n])
  await ana.run('creator adopt', { file: file.ref })
  expect(await payable('Gil')).toBe(90000n)
})

test('whoever takes the handle of somebody on the list gets neither their code nor what they are owed', async () => {
  const eli = await w.creator('Eli')
  await eli.run('profile edit', { handle: '@big.star' })
  const row = 'Big Star,big@example.com,@big.star,BIGSTAR15,5000.00'
  const { text } = await imported(csv('name,email,handle,code,balance', row, 'Jo Jung,jo@example.com,,,'))
  expect(text).toMatch(/2 +Big Star +Eli has this handle and another e-mail\. +If they are the same person/)
  expect((await state()).codes.some(({ code }) => code === 'BIGSTAR15')).toBe(false)
  expect(await w.within(async (ctx) => (await balances(ctx, eli.creatorId)).payable.minor)).toBe(0n)
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

const payable = (creatorId: string) => w.within(async (ctx) => (await balances(ctx, creatorId)).payable.minor)
/** Two who are one person; the first one is older and stays. */
async function pair(name: string): Promise<[Member, Member]> {
  w.at(new Date(w.now.getTime() + 1))
  const stays = await enlist(w, `${name}Stays`)
  w.at(new Date(w.now.getTime() + 1))
  return [stays, await enlist(w, `${name}Goes`)]
}

test.each(['email', 'handle'])(
  'the same file after a merge finds the one who stays by %s, and books nothing twice',
  async (by) => {
    const [stays, goes] = await pair(`Again${by}`)
    const key = by === 'email' ? `${goes.name.toLowerCase()}@example.com` : `@${goes.name.toLowerCase()}`
    // Handles are kept as parsed, in lower case.
    await w.within((ctx) =>
      ctx.db.creator.update({ where: { id: goes.creatorId }, data: { handle: `@${goes.name.toLowerCase()}` } }),
    )
    const file = csv(`name,${by},balance`, `${goes.name},${key},50.00`)
    expect((await imported(file)).text).toMatch(/Completed +1/)
    const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(await stays.run('profile connect'))![0]
    expect(await goes.run('profile connect', { code })).toMatch(/^You are one person now/)
    expect(await payable(stays.creatorId)).toBe(5000n)
    const { text } = await imported(file)
    expect(text).toMatch(/New +0/)
    expect(text).toMatch(/Unchanged +1/)
    expect(text).not.toContain('Another opening balance')
    expect(await payable(stays.creatorId)).toBe(5000n)
    expect((await imported(csv(`name,${by},balance`, `${goes.name},${key},7.00`))).text).toContain('Another opening balance was')
    expect(await w.within(audit)).toEqual([])
  },
)

const gate = () => {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

test('an import beside a merge books on the one who stays', async () => {
  const [stays, goes] = await pair('Beside')
  const row = `${goes.name},${goes.name.toLowerCase()}@example.com,BESIDE99,9.00`
  const { ref } = await handOver(w, csv('name,email,code,balance', row))
  const [united, open] = [gate(), gate()]
  const merge = w.within(async (ctx) => {
    const creators = await unite(ctx, { from: goes.personId, to: stays.personId })
    await follow(ctx, creators!)
    united.resolve()
    await open.promise
  })
  await united.promise
  const adopted = ana.run('creator adopt', { file: ref })
  // Long enough for the import to have read whom the row means.
  await Promise.race([adopted, new Promise((done) => setTimeout(done, 400))])
  open.resolve()
  await merge
  expect(await adopted).toMatch(/Completed +1/)
  const { codes, transfers } = await state()
  expect(codes.find((code) => code.code === 'BESIDE99')?.creatorId).toBe(stays.creatorId)
  expect(transfers.map((transfer) => transfer.key)).toContain(`opening:${stays.creatorId}`)
  expect(transfers.map((transfer) => transfer.key)).not.toContain(`opening:${goes.creatorId}`)
})

test('two rows of one creator are one problem', async () => {
  const one = await enlist(w, 'twice')
  const { text } = await imported(csv('name,email,handle,balance', 'A,twice@example.com,,1.00', 'B,,@twice,2.00'))
  expect(text).toMatch(/3 +B +twice stands in line 2 too\./)
  expect(await payable(one.creatorId)).toBe(100n)
})

test.each([
  ['applied', 'applied', 'Decide on the application first'],
  ['declined', 'was declined', 'Take the line out'],
  ['banned', 'was banned', 'Take the line out'],
  ['left', 'left', 'Take the line out'],
])('who is %s and typed an address of the list gets nothing by it', async (its, says, fix) => {
  const one = await enlist(w, `typed${its}`, { state: its })
  const file = csv(
    'name,email,handle,code,balance',
    `Real,typed${its}@example.com,,REAL${its},9.00`,
    `Other,,@typed${its},OTHER${its},9.00`,
    `Fine,fine${its}@example.com,,,`,
  )
  const { text } = await imported(file)
  expect(text).toMatch(/New +1/)
  expect(text).toMatch(/Left out +2 rows/)
  expect(text).toMatch(new RegExp(`2 +Real +Someone who ${says} gives this e-mail: typed${its}\\. +${fix}`))
  expect(text).toMatch(new RegExp(`3 +Other +Someone who ${says} gives this handle: typed${its}\\. +${fix}`))
  expect(await payable(one.creatorId)).toBe(0n)
  expect((await state()).codes.filter((code) => code.creatorId === one.creatorId)).toHaveLength(1)
})

test('who was invited or is paused is known by what the brand wrote down; a ban counts more than an invitation', async () => {
  await ana.run('creator invite', { name: 'Ivy Ives', email: 'ivy@example.com' })
  const paused = await enlist(w, 'paused', { state: 'paused' })
  const banned = await enlist(w, 'outcast', { state: 'banned' })
  await w.within((ctx) => ctx.db.creator.update({ where: { id: banned.creatorId }, data: { invitedBy: ana.personId } }))
  const rows = ['I,ivy@example.com,3.00', 'P,paused@example.com,4.00', 'O,outcast@example.com,5.00']
  const { text } = await imported(csv('name,email,balance', ...rows))
  expect(text).toMatch(/Completed +2/)
  expect(await payable((await named(w, 'Ivy Ives')).id)).toBe(300n)
  expect([await payable(paused.creatorId), await payable(banned.creatorId)]).toEqual([400n, 0n])
})
