import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Persona } from '../../chat.ts'
import { csv, handOver, three } from '../../roster.ts'
import { type World, world } from '../../world.ts'

let w: World
let ana: Persona
beforeAll(async () => {
  w = await world()
  ana = await w.manager('Ana')
})
afterAll(() => w.close())

const counts = () =>
  w.within(async ({ db }) => [
    await db.person.count(),
    await db.creator.count(),
    await db.code.count(),
    await db.link.count(),
    await db.transfer.count(),
    await db.bulk.count(),
  ])

test('the preview counts, shows the first rows and writes nothing', async () => {
  const before = await counts()
  const { text, card } = await ana.ask('creator import', { file: await handOver(w, three) })
  expect(text).toMatch(/^Preview of roster\.csv\nNothing was written yet\./)
  expect(text).toMatch(/New creators +3/)
  expect(text).toMatch(/Here already +0/)
  expect(text).toMatch(/Codes +4/)
  expect(text).toMatch(/Opening balances +€37\.50/)
  expect(text).toMatch(/2 +Mia Lind +@mia\.glow +mia@example\.com +DE +MIA15 +12 % +€50\.00/)
  expect(text).toContain('[Import 3 rows]')
  expect(card?.tone).toBe('plain')
  expect(await counts()).toEqual(before)
})

test('each problem stands with its line and what helps; the rest can be imported', async () => {
  const zoe = await w.creator('Zoe')
  const { code } = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: zoe.creatorId } }))
  const file = csv(
    'name,email,handle,code,link,rate,niche,height',
    'Ok,ok@example.com,,,,,skating,1',
    `Thief,thief@example.com,,${code.toLowerCase()},,,,`,
    'Away,away@example.com,,,https://evil.example/,,,',
    'Bad,bad,,,,,,',
    'Two,zoe@example.com,@someone,,,20,,',
  )
  const text = await ana.run('creator import', { file: await handOver(w, file) })
  expect(text).toMatch(/New creators +1/)
  expect(text).toMatch(/Here already +1/)
  expect(text).toMatch(/Left out +3 rows/)
  expect(text).toMatch(new RegExp(`3 +Thief +The code ${code} belongs to another creator\\. +Take it out`))
  expect(text).toMatch(/4 +Away +evil\.example is not one of the program’s shops\. +Ask a manager to add the host/)
  expect(text).toMatch(/5 +Bad +“bad” is no e-mail address\. +Write it like/)
  expect(text).toMatch(/2 +Ok +“skating” is none of our niches/)
  expect(text).toMatch(/6 +Two +Zoe has the program’s rate, the file says 20 %/)
  expect(text).toContain('Columns we do not know and leave out: height.')
  expect(text).toContain('[Import 2 rows]')
})

test('what is no list is refused with what one looks like; only managers import', async () => {
  expect(await ana.run('creator import', { file: await handOver(w, csv('colour', 'red')) })).toMatch(
    /No heading says which column[\s\S]*Save the table as CSV/,
  )
  const mia = await w.applicant('Mia')
  expect(await mia.run('creator import', { file: await handOver(w, three) })).toContain('Not allowed')
  const other = await w.neighbour()
  const theirs = await w.app.within(other, (ctx) => ctx.store(three, 'theirs.csv'))
  const file = { platform: 'web', ref: theirs.id, name: 'theirs.csv', bytes: 1, mime: 'text/csv' }
  expect(await ana.run('creator import', { file })).toContain('This file is not here any more.')
})

test('a list is opened by managers alone and is no content', async () => {
  const kim = await w.creator('Kim')
  const file = await handOver(w, three)
  expect(await kim.run('submit', { file, caption: '#ad my list' })).toContain('A list is no content.')
  const { mayOpen } = await import('../../../src/content/queries.ts')
  expect(await w.within((ctx) => mayOpen(ctx.db, w.programId, kim.personId, file.ref, w.now))).toBe(false)
  expect(await w.within((ctx) => mayOpen(ctx.db, w.programId, ana.personId, file.ref, w.now))).toBe(true)
})

test('the preview says who each row is that means someone here, and what they would get', async () => {
  const known = await w.creator('Known')
  await w.creator('Same')
  const { code } = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: known.creatorId } }))
  const file = csv(
    'name,email,code,balance',
    'Sam,same@example.com,,',
    `Kay,known@example.com,${code} KAY99,5.00`,
    'New,new@example.com,,',
  )
  const text = await ana.run('creator import', { file: await handOver(w, file) })
  expect(text).toMatch(/Here already, is each the one you mean\? 2 rows/)
  expect(text).toMatch(/3 +Known +approved +KAY99 +€5\.00\n2 +Same +approved/)
})

test('a code that still fades earns for whoever had it, and no list gives it to somebody else', async () => {
  const eli = await w.creator('Eli')
  const { code } = await w.within((ctx) => ctx.db.code.findFirstOrThrow({ where: { creatorId: eli.creatorId } }))
  await eli.run('code', { name: 'ELIGLOW' })
  const list = async () => handOver(w, csv('name,email,code', `Thief,late@example.com,${code}`))
  expect(await ana.run('creator import', { file: await list() })).toContain(`The code ${code} belongs to another creator.`)
  w.at(new Date(w.now.getTime() + 60 * 86_400_000))
  expect(await ana.run('creator import', { file: await list() })).toContain('[Import 1 row]')
})

test('a tier of the list that is none of the program’s, or not that of whoever is here, is remarked on', async () => {
  await w.creator('Ida')
  const root = await w.admin('Root')
  await root.run('tier set', { steps: 'Gold 1000 15 %', confirm: 'yes' })
  const file = csv('name,email,tier', 'Nia,nia@example.com,Glod', 'Ola,ola@example.com,gold', 'Ida,ida@example.com,Gold')
  const text = await ana.run('creator import', { file: await handOver(w, file) })
  expect(text).toMatch(
    /2 +Nia +“Glod” is none of the program’s tiers, and whoever is given it reaches none of them\. +The tiers are Gold/,
  )
  expect(text).toMatch(/4 +Ida +Ida was given no tier, the file says Gold\. +A list changes no tier of those who are here/)
  expect(text).not.toMatch(/3 +Ola +“/)
})

test('a list comes in as Excel saves it in two bytes for each sign, and with a line that names its separator', async () => {
  const lines = ['name;email;country', 'Zoë Lunå;lunaa@example.com;Åland Islands'].join('\r\n')
  const little = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(lines, 'utf16le')])
  const big = Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(lines, 'utf16le').swap16()])
  for (const bytes of [little, big, Buffer.from(`sep=;\r\n${lines}`)])
    expect(await ana.run('creator import', { file: await handOver(w, bytes) })).toMatch(/Zoë Lunå +lunaa@example\.com +AX/)
  expect(await ana.run('creator import', { file: await handOver(w, Buffer.from(`sep=;\r\n${lines};;\r\nAl;al`)) })).toMatch(
    /4 +Al +“al” is no e-mail address/,
  )
})

test('a spreadsheet that is no CSV is refused with what to save it as', async () => {
  for (const name of ['roster.xlsx', 'roster.csv', 'roster.ods', 'Roster.txt']) {
    const stored = w.within((ctx) => ctx.store(Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'), name))
    await expect(stored, name).rejects.toMatchObject({ sentence: 'A list is taken as CSV alone.' })
  }
})

test('the same list again promises no code and no money, and a corrected balance says that the first one stays', async () => {
  const list = (balance: string) => csv('name,email,code,balance', `Uma,uma@example.com,UMA15,${balance}`)
  const file = await handOver(w, list('80.00'))
  expect(await ana.run('creator import', { file })).toMatch(/Codes +1\nOpening balances +€80\.00/)
  await ana.run('creator adopt', { file: file.ref })
  expect(await ana.run('creator import', { file })).toMatch(/Codes +0\nOpening balances +€0\.00/)
  const corrected = await ana.run('creator import', { file: await handOver(w, list('90.00')) })
  expect(corrected).toMatch(/Opening balances +€0\.00/)
  expect(corrected).toMatch(/2 +Uma +Another opening balance was booked before\. +It stays/)
})
