// What the rules of fraud are worth on a labelled day: clicks and orders made from seeds, fifteen kinds of fraud among honest days that
// look like them, put into a program and looked at by the real queries and rules. Held lines count, for those are withheld from people.
import { openHouse } from './house-process.ts'
import type { Bench } from './side-by-side.ts'
import { judge, type Worth } from './trust-plant.ts'

const PRECISION = 0.99
const RECALL = 0.95

export const bench: Bench = async ({ short }) => {
  const seeds = short ? [1, 2] : [1, 2, 3, 4, 5, 6, 7, 8]
  const rounds: (Worth & { seed: number })[] = []
  for (const seed of seeds) {
    const house = await openHouse()
    rounds.push({ seed, ...(await judge((work) => house.app.within(house.programId, work), seed)) })
    await house.close()
  }
  const worst = (of: 'precision' | 'recall') => Math.min(...rounds.map((round) => round[of]))
  const gates = {
    [`precision at least ${PRECISION} with every seed`]: worst('precision') >= PRECISION,
    [`recall at least ${RECALL} with every seed`]: worst('recall') >= RECALL,
    'at least 2,000 orders and ten kinds of fraud': rounds.every(
      ({ orders, kinds }) => orders >= 2_000 && Object.values(kinds).filter(({ fraud }) => fraud).length >= 10,
    ),
  }
  const { kinds } = rounds[0]!
  return {
    name: 'trust',
    claim: 'The rules hold the fraud of a labelled day and leave the honest alone.',
    main: 'recall',
    exact: `precision at least ${PRECISION} with every seed`,
    passed: Object.values(gates).every(Boolean),
    gates,
    figures: {
      seeds: seeds.length,
      orders: rounds.map(({ orders }) => orders),
      precision: rounds.map(({ precision }) => precision),
      recall: rounds.map(({ recall }) => recall),
      ...Object.fromEntries(Object.entries(kinds).map(([kind, { held, of }]) => [kind, `${held} of ${of} held`])),
    },
    rounds: { worth: rounds },
  }
}
