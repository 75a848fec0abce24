/** A demo program with a year of life that ends now: the same people, sales and words at every start. */
import { type App, atClock, foundProgram, publicUrl } from '../src/app.ts'
import { days } from '../src/kernel/time.ts'
import { changePolicy } from '../src/programs/change.ts'
import { chance } from './demo/chance.ts'
import { makeMonths, storeClicks, visits } from './demo/clicks.ts'
import { everyoneJoins } from './demo/joining.ts'
import { sales } from './demo/shop.ts'
import { deliver, nothingRefused, ring, type Stage, tellRow, thread } from './demo/stage.ts'
import { theYear } from './demo/year.ts'

const SEED = 20_251

/**
 * Founds the demo program and lives its year, through the same commands and services as people and shops do; only the clicks go
 * in by the thousand. Gives the program's id. The shop and the links stand on this Troupe's own address, which is kept with
 * them: started again with another PORT, they still lead to the old one.
 */
export async function seedDemo(app: App): Promise<string> {
  const end = app.clock()
  const begin = days(end, -365)
  const plan = { name: 'Glow', currency: 'EUR', zone: 'Europe/Berlin', demo: true }
  const programId = await foundProgram(
    atClock(app, () => begin),
    plan,
  )
  const stage: Stage = { app, programId, end }
  const founding = thread(stage)
  founding.at(begin)
  const address = publicUrl(app.config)
  const allowedHosts = [...new Set(['localhost', '127.0.0.1', new URL(address).host])]
  await founding.within((ctx) => changePolicy(ctx, { shopUrl: `${address}/shop/${programId}`, allowedHosts }))
  const [people] = await Promise.all([everyoneJoins(stage), makeMonths(stage)])
  const luck = chance(SEED)
  const sold = sales(luck, end)
  const { cids, buying, looking } = visits(stage, luck, (creator) => people.get(creator.user)!.linkId, sold)
  await storeClicks(stage, 'buying', buying)
  await Promise.all([theYear(stage, sold, cids, people), storeClicks(stage, 'looking', looking)])
  // What so many visits bring is told some days ago, and not at the first tick, on top of everything else.
  const from = days(end, -3)
  await tellRow(stage, [{ at: from, tell: (told) => ring(told, 'recognition') }])
  await deliver(stage, { from, to: end })
  await nothingRefused(stage)
  return programId
}
