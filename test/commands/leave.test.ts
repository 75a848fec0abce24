import { afterAll, beforeAll, expect, test } from 'vitest'
import { due } from '../../src/ledger/mature.ts'
import { enter, finance, german } from '../rooms/payees.ts'
import { enlist, order, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'
import { opened } from './campaign/stage.ts'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

test('a creator leaves when sure, loses the role, and may apply again', async () => {
  const mia = await w.creator('Mia')
  expect((await mia.ask('leave')).form?.fields.map((field) => field.name)).toEqual(['sure'])
  expect(await mia.run('leave', { sure: 'no' })).toContain('You stay')
  expect(await mia.run('leave', { sure: 'yes' })).toContain('You have left the program')
  expect(await mia.run('content')).toMatch(/^Not allowed\n[\s\S]*\nYou have left the program\. Join again with \/apply\.$/)
  expect(await mia.sees()).toContain('You may apply again whenever you like.')
  expect(w.door.grants.at(-1)).toMatchObject({ role: 'creator', on: false })
  expect(
    await mia.run('apply', { handle: '@mia', niche: 'food', country: 'DE', email: 'm@example.com', adult_and_consent: 'yes' }),
  ).toContain('One step left')
})

test('whoever has left sees what is not paid yet, what is missing for it, and the way there', async () => {
  const ben = await enlist(w, 'Ben')
  await tell(w, order('1', { codes: [ben.code] }), order('2', { codes: [ben.code], at: '2026-11-01T11:00:00Z' }))
  await w.within(due)
  const card = new RegExp(
    '^You have left the program\\n[\\s\\S]*Not paid yet +€16\\.00\\nNext payday +Dec 15, 2026, for what is payable the day before\\n' +
      'Expected then +€16\\.00, once nothing is missing:\\n• We do not know yet where to send your money\\.\\n' +
      '\\[Enter details\\] \\[Show earnings\\] \\[Apply again\\]$',
  )
  expect(await ben.run('leave', { sure: 'yes' })).toMatch(card)
  expect(await ben.run('home')).toMatch(card)
  expect((await ben.press('Enter details')).text).toContain('Your payment details')
  await ben.ask('home')
  expect((await ben.press('Show earnings')).text).toMatch(/Pending +€8\.00[\s\S]*Payable +€8\.00/)
  expect(await ben.run('statement', { month: '2026-11' })).toContain('Statement of November 2026')
  expect(await ben.run('help')).toContain('/earnings')
  await enter(w, ben, german('Ben'))
  expect(await ben.run('home')).toMatch(
    /Expected then +€16\.00, if nothing is refunded before\n\[Show earnings\] \[Payment details\] \[Apply again\]/,
  )
})

test('so does whoever was banned, without a way back; an applicant sees no earnings', async () => {
  const eve = await enlist(w, 'Eve')
  await tell(w, order('3', { codes: [eve.code] }))
  await (await w.manager('Ana')).ask('creator ban', { creator: eve.creatorId, why: 'Bought own traffic' })
  const home = await eve.run('home')
  expect(home).toMatch(/^You are no longer part of the program[\s\S]*Not paid yet +€8\.00/)
  expect(home).not.toContain('Apply again')
  expect(await eve.run('earnings')).toMatch(/Pending +€8\.00/)
  const una = await enlist(w, 'Una', { state: 'applied' })
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: una.personId }, data: { role: 'anyone' } }))
  expect(await una.run('earnings')).toContain('Not allowed')
})

test('whoever left and is let in again hears of it, and has their kit again', async () => {
  const ana = await w.manager('Ana')
  const eli = await w.creator('Eli')
  await eli.run('leave', { sure: 'yes' })
  w.at(new Date(w.now.getTime() + 60_000))
  await eli.ask('apply', { handle: '@eli', niche: 'food', country: 'DE', email: 'eli@example.com', adult_and_consent: 'yes' })
  await eli.press('Accept')
  await ana.run('creator approve', { creator: eli.creatorId })
  expect(await eli.sees()).toContain('You are back\nNew orders through your link and code earn again from now on.')
  w.at(new Date(w.now.getTime() + 60_000))
  expect(await eli.sees()).toContain('Your kit, Eli')
})

test('applying again hides nothing of what is not paid yet, waiting or declined', async () => {
  const lou = await enlist(w, 'Lou')
  await tell(w, order('4', { codes: [lou.code] }))
  await lou.run('leave', { sure: 'yes' })
  const form = { handle: '@lou', niche: 'food', country: 'DE', email: 'lou@example.com', adult_and_consent: 'yes' }
  await lou.ask('apply', form)
  await lou.press('Accept')
  const owed =
    /We have your application[\s\S]*Not paid yet +€8\.00[\s\S]*\n• We do not know yet where to send your money\.\n\[Enter details\] \[Show earnings\]/
  expect(await lou.run('home')).toMatch(owed)
  expect((await lou.press('Enter details')).text).not.toContain('Nothing is owed to you')
  expect(await lou.run('earnings')).toMatch(/Pending +€8\.00/)
  expect(await lou.run('help')).toContain('/statement ')
  expect(await lou.run('link')).toContain('Your application waits')
  const ada = await w.manager('Ada')
  expect(await ada.run('creator show', { creator: lou.creatorId })).toMatch(
    /Status +applied[\s\S]*Sold, net +€80\.00[\s\S]*Pending +€8\.00/,
  )
  await ada.run('creator decline', { creator: lou.creatorId, reason: 'fit' })
  expect(await lou.run('home')).toMatch(/Not paid yet +€8\.00/)
  expect(await lou.run('earnings')).toMatch(/Pending +€8\.00/)
  // It was promised at the next payday when they left, and the least that is paid out is for those who stay.
  await enter(w, lou, german('Lou'))
  w.at('2026-12-10T10:00:00Z')
  await w.within(due)
  w.at('2026-12-15T10:00:00Z')
  const fay = await finance(w, 'Fay')
  await fay.run('payout prepare')
  const paid = await w.within((ctx) => ctx.db.payment.findMany({ where: { creatorId: lou.creatorId }, select: { minor: true } }))
  expect(paid).toEqual([{ minor: 800n }])
})

test('a manager who has left as a creator has no link or code that counts for them, and still reads what they earned', async () => {
  const pat = await enlist(w, 'Pat')
  await w.within((ctx) => ctx.db.membership.updateMany({ where: { personId: pat.personId }, data: { role: 'manager' } }))
  expect(await pat.run('link')).toContain('counts for you')
  await pat.run('leave', { sure: 'yes' })
  for (const name of ['link', 'code', 'content'])
    expect(await pat.run(name)).toMatch(/you are not a creator here\.\nYou have left the program\. Join again with \/apply\./)
  expect(await pat.run('earnings')).toMatch(/^Your earnings/)
  const help = await pat.run('help')
  expect(help).toContain('/earnings ')
  expect(help).not.toContain('/link ')
})

test('what somebody leaves behind waits for nobody: their content, their seats, their kit', async () => {
  const [kim, lea, ned] = [await w.creator('Kim'), await w.creator('Lea'), await w.creator('Ned')]
  const mission = await opened(w, { title: 'Winter glow', seats: 2 })
  const kinds = { mission, caption: '#ad Look' }
  expect(await kim.run('submit', { ...kinds, url: 'https://www.instagram.com/p/kim1/' })).toContain('anded in')
  const judge = await w.manager('Judge')
  const { id } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: kim.creatorId } }))
  await judge.ask('review changes', { submission: id, note: 'Show the serum.' })
  await judge.ask('review tell', { submission: id })
  await lea.ask('mission claim', { mission })
  await ned.ask('mission claim', { mission, wait: 'yes' })
  expect(await ned.sees()).not.toContain('A seat is yours')
  expect(await lea.run('leave', { sure: 'yes' })).toContain('your seats in missions are free for others')
  expect(await ned.sees()).toContain('A seat is yours: Winter glow')
  expect(await lea.sees()).toMatch(/Your kit at Glow is put away/)
  expect(await lea.sees()).not.toContain('Your kit, Lea')
  // A message is not edited twice within seconds.
  w.at(new Date(w.now.getTime() + 60_000))
  await judge.ask('creator ban', { creator: kim.creatorId, why: 'Bought own traffic' })
  expect(await judge.sees('review')).toMatch(/Kim[^\n]*\nWithdrawn, for its creator is no longer in the program\./)
  expect(await judge.sees('review')).toContain('To review: nothing')
  const seats = await w.within((ctx) => ctx.db.seat.findMany({ where: { missionId: mission } }))
  expect(new Map(seats.map(({ creatorId, state }) => [creatorId, state]))).toEqual(
    new Map([
      [kim.creatorId, 'left'],
      [lea.creatorId, 'left'],
      [ned.creatorId, 'claimed'],
    ]),
  )
})

test('what is taken back after its creator has left waits for nobody either', async () => {
  const [judge, una] = [await w.manager('Jo'), await w.creator('Ulla')]
  const mission = await opened(w, { title: 'Undone', seats: 1 })
  await una.run('submit', { mission, url: 'https://www.instagram.com/p/una2/', caption: '#ad Look' })
  const { id } = await w.within((ctx) => ctx.db.submission.findFirstOrThrow({ where: { creatorId: una.creatorId } }))
  await judge.ask('review approve', { submission: id })
  await una.run('leave', { sure: 'yes' })
  expect(await judge.run('review undo', { submission: id })).toContain('no longer in the program, so it is withdrawn')
  expect(await judge.sees('review')).toContain('To review: nothing')
  expect(await w.within((ctx) => ctx.db.seat.findFirstOrThrow({ where: { missionId: mission } }))).toMatchObject({
    state: 'left',
  })
})
