import { afterAll, beforeAll, expect, test } from 'vitest'
import { type App, createApp } from '../../src/app.ts'
import { days } from '../../src/kernel/time.ts'
import { due } from '../../src/ledger/mature.ts'
import { createLog } from '../../src/log.ts'
import { policySchema } from '../../src/programs/rules.ts'
import { enlist, order, tell } from '../rooms/shop.ts'
import { type World, world } from '../world.ts'

let w: World
let second: App
beforeAll(async () => {
  w = await world()
  const { sealer, config } = w.app
  const own = { ...config, DATA_DIR: `${config.DATA_DIR}/second` }
  second = await createApp({ config: own, sealer, log: createLog('fatal'), databaseUrl: w.url, clock: () => w.now })
})
afterAll(async () => {
  await second.close()
  await w.close()
})

const milestones = [{ name: 'two', kind: 'orders', at: '2', bonusMinor: '1000' }]
const policy = () =>
  w.within((ctx) => ctx.db.program.update({ where: { id: w.programId }, data: { policy: policySchema.parse({ milestones }) } }))
const paid = (prefix: string) =>
  w.within(async (ctx) => (await ctx.db.transfer.findMany({ where: { key: { startsWith: prefix } } })).map(({ minor }) => minor))

/** Opens when so many have come. */
function gate(count: number): () => Promise<void> {
  let open = () => {}
  const all = new Promise<void>((done) => {
    open = done
  })
  return () => {
    count -= 1
    if (count === 0) open()
    return all
  }
}

test('two workers that let sales of one creator ripen at once reach the milestone together, and pay it once', async () => {
  await policy()
  const start = w.now
  for (const name of ['Mia', 'Leo', 'Kim']) {
    w.at(start)
    const { creatorId, code } = await enlist(w, name)
    await tell(w, order(`${name}-1`, { codes: [code] }), order(`${name}-2`, { codes: [code] }))
    w.at(days(start, 20))
    const holds = await w.within((ctx) => ctx.db.hold.findMany({ where: { creatorId }, orderBy: { line: 'asc' } }))
    const both = gate(2)
    // Each has one of the two sales, and neither has committed when both count: alone they would see one sale each.
    const ripen = (app: App, line: string) =>
      app.within(w.programId, async (ctx) => {
        await ctx.db.$queryRaw`SELECT 1 FROM "Hold" WHERE line = ${line} FOR UPDATE`
        await both()
        const ripened = await due(ctx)
        await new Promise((done) => setTimeout(done, 100))
        return ripened
      })
    expect(await Promise.all([ripen(w.app, holds[0]!.line), ripen(second, holds[1]!.line)])).toEqual([1, 1])
    expect(await paid(`milestone:${creatorId}`)).toEqual([1_000n])
    await Promise.all([w.app.runJob('due'), second.runJob('due')])
    expect(await paid(`milestone:${creatorId}`)).toEqual([1_000n])
  }
})

test('a bonus that two managers confirm at once is paid once', async () => {
  const [ana, ben, root] = [await w.manager('Ana'), await w.manager('Ben'), await w.admin('Root')]
  const zoe = await enlist(w, 'Zoe')
  await ana.run('bonus give', { creator: zoe.creatorId, amount: '900.00', reason: 'a great year' })
  const { id } = await w.within((ctx) => ctx.db.bonus.findFirstOrThrow())
  const answers = await Promise.all([ben, root].map((one) => one.run('bonus confirm', { bonus: id })))
  expect(answers.filter((said) => said.includes('This bonus is given already.'))).toHaveLength(1)
  expect(await paid(`bonus:${id}`)).toEqual([90_000n])
})
