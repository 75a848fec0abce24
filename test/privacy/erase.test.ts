import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../../src/ledger/audit.ts'
import { dropHeard } from '../../src/privacy/retention.ts'
import type { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'
import { found, owe, plant, planted } from './planted.ts'

let w: World
let zyx: Persona
let ana: Persona
let sha256: string
beforeAll(async () => {
  w = await world()
  const there = await plant(w)
  zyx = there.zyx
  ana = there.ana
  sha256 = there.sha256
}, 120_000)
afterAll(() => w.close())

// Addresses, codes and file names are made of parts of the name.
const words = [...Object.values(planted), 'zyxwena', 'quorv']
const books = () =>
  w.within(
    (ctx) =>
      ctx.db.$queryRaw<unknown[]>`SELECT id, "from", "to", minor::text, currency, key, at FROM "Transfer"
        WHERE key NOT LIKE 'waived:%' AND key NOT LIKE 'mature:%' ORDER BY id`,
  )
const run = async (...jobs: string[]) => {
  for (const job of jobs) await w.app.runJob(job)
}

test('what is planted is there, in every room', async () => {
  expect(await w.within((ctx) => ctx.db.order.count({ where: { creatorId: zyx.creatorId } }))).toBe(1)
  const there = await found(w, words)
  for (const word of words)
    expect(
      there.some((hit) => hit.endsWith(`: ${word.toLowerCase()}`)),
      word,
    ).toBe(true)
})

test('nothing happens for two weeks; then money is settled, and everything goes but the figures', async () => {
  await owe(w, zyx, 1_000)
  const { text } = await zyx.ask('privacy delete')
  expect(text).toMatch(/Nothing happens before [^\n]*Dec(ember)? 4/)
  expect(text).toContain('This goes: ')
  expect(text).toMatch(/In its hold +€/)
  expect((await zyx.press('Delete and give up the money')).text).toContain('You will be forgotten')
  expect(await ana.sees('managers')).toContain(`${planted.name} asked to be forgotten`)
  const before = await books()
  // A digest is planned for them.
  w.at('2026-11-30T07:00:00Z')
  await run('messages')
  expect(await w.within((ctx) => ctx.db.message.count({ where: { personId: zyx.personId } }))).toBeGreaterThan(0)
  w.at('2026-12-04T11:59:00Z')
  await run('privacy')
  expect((await found(w, [planted.iban])).length).toBeGreaterThan(0)

  // The day: they leave, and what is in its hold ripens before anything is forgotten.
  w.at('2026-12-04T12:00:00Z')
  await run('privacy')
  expect(await zyx.run('privacy keep')).toContain('The day has come')
  expect(await w.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { id: zyx.creatorId } }))).toMatchObject({
    state: 'left',
  })
  await run('due', 'deliver')
  // Their complaint and the suspicion that holds their sale are decided first.
  expect(await ana.run('privacy waiting')).toContain('It waits until their case is decided: /case list.')
  const reason = 'Two of us have seen the gadzookery'
  for (const { id, kind } of await w.within((ctx) => ctx.db.case.findMany()))
    await ana.run('case decide', { case: id, verdict: kind === 'dispute' ? 'refuse' : 'release', reason })
  expect(await ana.run('privacy waiting')).toContain('It waits until the hold of their last sales is over.')
  w.at('2026-12-22T12:00:00Z')
  await run('due')
  // Their last calls lie sealed for a week; those whose day no minute saw, the night finds.
  w.at('2026-12-22T14:00:00Z')
  await w.within((ctx) => dropHeard(ctx, { lately: false }))
  await Promise.all([run('due', 'privacy'), run('privacy'), run('privacy')])
  await run('privacy', 'uploads', 'messages', 'deliver')
  w.at('2026-12-22T14:01:00Z')
  await run('deliver')

  const [wish] = await w.within((ctx) => ctx.db.erasure.findMany())
  expect(wish).toMatchObject({ state: 'done', traces: null, files: [], waive: true })
  expect(await found(w, [...words, reason])).toEqual([])
  expect(await w.app.media.has(sha256)).toBe(false)
  for (const { card } of w.door.messages) for (const word of words) expect(JSON.stringify(card)).not.toContain(word)
  expect(await w.within((ctx) => ctx.db.message.count({ where: { personId: zyx.personId } }))).toBe(0)

  expect(await books()).toEqual(before)
  expect(await w.within(audit)).toEqual([])
  const after = await w.within((ctx) => ctx.db.balance.findMany({ where: { account: { contains: zyx.creatorId } } }))
  expect(after.filter(({ minor }) => minor !== 0n)).toEqual([])
  expect(await ana.sees('managers')).toContain('A former creator was forgotten')
}, 60_000)

test('whoever comes by the same account again is somebody new, and a second round changes nothing', async () => {
  const again = await found(w, ['former creator'])
  await run('privacy', 'retention')
  expect(await found(w, ['former creator'])).toEqual(again)
  await zyx.arrive()
  expect(await zyx.run('privacy show')).not.toContain('Sales')
})
