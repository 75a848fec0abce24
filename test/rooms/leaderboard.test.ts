import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../src/context.ts'
import { plain } from '../../src/kernel/plain.ts'
import { frozen } from '../../src/recognition/queries.ts'
import { postLeaderboard, postRunningWeek } from '../../src/recognition/service.ts'
import { brings, cardOf, postsTo, sell } from '../boards.ts'
import { type World, world } from '../world.ts'

let w: World
beforeAll(async () => {
  w = await world({ now: '2026-11-23T08:00:00Z' })
})
afterAll(() => w.close())
beforeEach(() => w.at('2026-11-23T08:00:00Z'))

const inProgram = <T>(programId: string, work: (ctx: Context) => Promise<T>): Promise<T> => w.app.within(programId, work)
const shown = (programId: string, audience: string) => inProgram(programId, (ctx) => postsTo(ctx, audience))
const fresh = () => w.neighbour({ name: 'Glow', currency: 'EUR', zone: 'Europe/Berlin' })

test('shows names as chosen, counts and moves, never an amount; it is posted once and frozen', async () => {
  const programId = await fresh()
  w.at('2026-11-16T08:00:00Z')
  const ids = await inProgram(programId, async (ctx) => {
    const mia = await brings(ctx, 'Mia')
    const leo = await brings(ctx, 'Leo Secret', { shown: 'alias', alias: 'Lion' })
    const zoe = await brings(ctx, 'Zoe Hidden', { shown: 'hidden' })
    await sell(ctx, mia, { at: '2026-11-10T09:00:00Z', base: 54_321n })
    await sell(ctx, leo, { at: '2026-11-11T09:00:00Z', base: 9_876n })
    expect(await postLeaderboard(ctx, new Date('2026-11-09T12:00:00Z'))).toBe(true)
    return { mia, leo, zoe }
  })
  w.at('2026-11-23T08:00:00Z')
  await inProgram(programId, async (ctx) => {
    await sell(ctx, ids.mia, { at: '2026-11-17T09:00:00Z', base: 10_000n })
    await sell(ctx, ids.leo, { at: '2026-11-18T09:00:00Z', base: 77_777n })
    await sell(ctx, ids.leo, { at: '2026-11-18T10:00:00Z', base: 11_111n })
    await sell(ctx, ids.zoe, { at: '2026-11-18T10:00:00Z', base: 10_000n })
    expect(await postLeaderboard(ctx, new Date('2026-11-16T12:00:00Z'))).toBe(true)
  })
  const posts = await shown(programId, 'leaderboard')
  expect(posts.map((post) => post.key)).toEqual(['leaderboard:2026-W46', 'leaderboard:2026-W47'])
  const said = plain(cardOf(posts[1]), { zone: 'Europe/Berlin' })
  expect(said).toMatch(/Leaderboard of week 47\nNov 16, 2026 to Nov 22, 2026, by net revenue/)
  expect(said).toMatch(/1 +Lion +2 +up 1\n +2 +Mia +1 +down 1\n +2 +Hidden creator +1 +new/)
  expect(said).toContain('Highest climb: Lion, up 1 place. New on the board: 1.')
  expect(said).toMatch(
    /\[Picture: Leaderboard of week 47.*1\. Lion: 2 orders, up 1\. 2\. Mia: 1 order, down 1\. 2\. Hidden creator: 1 order, new\.\]/,
  )
  const stored = JSON.stringify(posts.map((post) => post.payload))
  expect(stored).not.toMatch(/Secret|Zoe|"money"|54[.,]?321|98[.,]?76|77[.,]?777|888/)
  expect(plain(cardOf(posts[0]))).not.toMatch(/Moved|new/)

  const image = cardOf(posts[1]).blocks.find((block) => block.block === 'image')
  const file = await inProgram(programId, (ctx) => ctx.db.file.findUniqueOrThrow({ where: { id: image?.file ?? '' } }))
  expect(file).toMatchObject({ mime: 'image/png', name: 'leaderboard-2026-W47.png' })
  expect((await w.app.media.get(file.sha256)).length).toBe(file.bytes)

  // Late refunds, late orders and a second and third asking change nothing.
  const before = await inProgram(programId, (ctx) => frozen(ctx, '2026-W47', 'revenue'))
  await inProgram(programId, async (ctx) => {
    await sell(ctx, ids.mia, { at: '2026-11-19T09:00:00Z', base: 999_999n })
    const order = await ctx.db.order.findFirstOrThrow({ where: { creatorId: ids.leo, base: 77_777n } })
    await ctx.db.refund.create({
      data: {
        id: ctx.id('refund'),
        programId,
        source: order.source,
        externalId: 'late',
        orderExternalId: order.externalId,
        base: 77_777n,
        currency: 'EUR',
        at: new Date('2026-11-20T09:00:00Z'),
        createdAt: ctx.now,
      },
    })
    await ctx.db.program.update({ where: { id: programId }, data: { policy: { leaderboard: 'orders' } } })
  })
  const again = await Promise.all(
    [1, 2].map(() => inProgram(programId, (ctx) => postLeaderboard(ctx, new Date('2026-11-16T12:00:00Z')))),
  )
  expect(again).toEqual([false, false])
  expect(await inProgram(programId, (ctx) => frozen(ctx, '2026-W47', 'revenue'))).toEqual(before)
  expect(await shown(programId, 'leaderboard')).toEqual(posts)
})

test('two at the same moment post one board', async () => {
  const programId = await fresh()
  await inProgram(programId, async (ctx) => sell(ctx, await brings(ctx, 'Solo'), { at: '2026-11-18T10:00:00Z', base: 100n }))
  const both = await Promise.all(
    [1, 2, 3].map(() => inProgram(programId, (ctx) => postLeaderboard(ctx, new Date('2026-11-18T12:00:00Z')))),
  )
  expect(both.filter(Boolean)).toHaveLength(1)
  expect(await inProgram(programId, (ctx) => ctx.db.standing.count())).toBe(1)
  expect(plain(cardOf((await shown(programId, 'leaderboard'))[0]))).toMatch(/1 +Solo +1/)
})

test('an empty season is friendly and has no picture; a week that runs is never frozen', async () => {
  const programId = await fresh()
  await inProgram(programId, (ctx) => postLeaderboard(ctx, new Date('2026-11-18T12:00:00Z')))
  const [post] = await shown(programId, 'leaderboard')
  expect(plain(cardOf(post))).toMatch(/Leaderboard of week 47[\s\S]*the first place is free[\s\S]*\[Get my link\]/)
  expect(plain(cardOf(post))).not.toContain('Picture')
  await expect(inProgram(programId, (ctx) => postLeaderboard(ctx, ctx.now))).rejects.toThrow(/when it is over/)
})

test('names that are long, emoji, right to left or markup leave the board readable', async () => {
  const programId = await fresh()
  const names = ['ب'.repeat(200), '👩‍👩‍👧‍👦💄', '<b onload=x>&"\'', '‮moc.live', 'W'.repeat(200), 'Ẑ̴̡̛a̴̡l̷g̶o̷', '\u0000\u001f', 'Иван']
  await inProgram(programId, async (ctx) => {
    for (const [i, name] of names.entries()) {
      if (!name.includes('\u0000'))
        await sell(ctx, await brings(ctx, name), { at: '2026-11-18T10:00:00Z', base: BigInt(100 - i) })
    }
    for (let n = 0; n < 8; n++) await sell(ctx, await brings(ctx, `More ${n}`), { at: '2026-11-18T10:00:00Z', base: 1n })
    await postLeaderboard(ctx, new Date('2026-11-18T12:00:00Z'))
  })
  const card = cardOf((await shown(programId, 'leaderboard'))[0])
  expect(plain(card)).toContain('… and 5 more.')
  const table = card.blocks.find((block) => block.block === 'table')
  expect(table?.rows).toHaveLength(10)
  expect(JSON.stringify(table?.rows[0])).toContain('ب'.repeat(200))
  expect(card.blocks.some((block) => block.block === 'image')).toBe(true)
})

test('the running week is a post of its own that is edited, and is closed when the week is over', async () => {
  const programId = await fresh()
  w.at('2026-11-25T08:00:00Z')
  const mia = await inProgram(programId, (ctx) => brings(ctx, 'Mia'))
  for (let n = 0; n < 2; n++) {
    await inProgram(programId, async (ctx) => {
      await sell(ctx, mia, { at: ctx.now, base: 5_000n })
      await postRunningWeek(ctx)
    })
  }
  const [live, ...none] = await shown(programId, 'leaderboard')
  expect(none).toEqual([])
  expect([live?.key, live?.version]).toEqual(['leaderboard:live:2026-W48', 2])
  expect(plain(cardOf(live))).toMatch(/so far, week 48[\s\S]*1 +Mia +2[\s\S]*As of/)
  w.at('2026-11-30T08:00:00Z')
  await inProgram(programId, (ctx) => postLeaderboard(ctx, new Date('2026-11-25T08:00:00Z')))
  const after = await shown(programId, 'leaderboard')
  expect(after.map((post) => post.key)).toEqual(['leaderboard:live:2026-W48', 'leaderboard:2026-W48'])
  expect(plain(cardOf(after[0]))).toContain('This week is over.')
})
