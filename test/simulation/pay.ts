/** Money on its way out: batches that two people release, lists that go to the bank, and what the bank says of them. */
import type { Context } from '../../src/context.ts'
import { makeFile, type Taken, takeResults } from '../../src/payouts/files.ts'
import { buttonsOf } from '../chat.ts'
import { attempt, carry } from './bells.ts'
import { actorOf, ask, type House, member, type Person } from './house.ts'
import { preparedAsOwed } from './money.ts'

const otherThan = (house: House, personId: string): Person =>
  member(house, member(house, 'Fay').personId === personId ? 'Gus' : 'Fay')
const anyFinance = (house: House): Person => member(house, house.dice.pick(['Fay', 'Gus']))
const newestFirst = { orderBy: { id: 'desc' } } as const

/** One prepares and another confirms; sometimes the same person tries both, or presses twice. */
export async function pay(house: House): Promise<void> {
  const { dice } = house
  const [one, other] = dice.percent(50) ? ['Fay', 'Gus'] : ['Gus', 'Fay']
  await preparedAsOwed(house, () => ask(house, member(house, one!), 'payout prepare'))
  const batch = await house.within(({ db }) => db.batch.findFirst({ where: { state: 'prepared' }, ...newestFirst }))
  if (batch) {
    const done = await confirm(house, member(house, dice.percent(20) ? one! : other!), batch.id)
    if (!done && dice.percent(20)) await ask(house, member(house, one!), 'payout cancel', { batch: batch.id })
  }
  await further(house)
}

/** Looks at a batch and presses what it offers, now and then twice; false where nothing is offered. */
async function confirm(house: House, by: Person, batch: string): Promise<boolean> {
  const shown = await ask(house, by, 'payout confirm', { batch })
  const press = buttonsOf(shown).find((button) => 'run' in button && button.run === 'payout confirm')
  if (!press || !('run' in press)) return false
  for (let times = house.dice.percent(30) ? 2 : 1; times > 0; times--) await ask(house, by, press.run, press.given ?? {})
  return true
}

/** Lists go to the bank, and its answers are handed in. */
export async function further(house: House): Promise<void> {
  if (house.dice.percent(80)) await send(house)
  if (house.dice.percent(80)) await handIn(house)
}

/** Takes the list of the oldest batch that waits for it to the bank, now and then twice, and says that it is on its way. */
async function send(house: House): Promise<void> {
  const finance = anyFinance(house)
  const waiting = await house.within(({ db }) =>
    db.payment.findFirst({ where: { state: 'confirmed', method: 'bank' }, orderBy: { id: 'asc' } }),
  )
  if (!waiting) return
  const { batchId } = waiting
  const list = await attempt(house, 'file', (app) =>
    app.act(house.programId, { ...actorOf(finance, 'manager'), finance: true }, (ctx) => makeFile(ctx, batchId, 'bank')),
  )
  if (!list) return
  for (let times = house.dice.percent(15) ? 2 : 1; times > 0; times--) house.bank.take(list.text)
  if (house.dice.percent(90)) await ask(house, finance, 'payout sent', { batch: batchId, method: 'bank' })
}

/** What the bank says by now of a batch; what it sent back after it had arrived is said one by one. */
async function handIn(house: House, all = false): Promise<void> {
  const payments = await house.within(({ db }) =>
    db.payment.findMany({ where: { method: 'bank', state: { in: ['confirmed', 'sent', 'settled'] }, bouncedAt: null } }),
  )
  const handed = payments.filter(({ reference }) => house.bank.standing(reference) !== undefined)
  const batches = [...new Set(handed.map(({ batchId }) => batchId))].sort()
  for (const batchId of all ? batches : batches.slice(-2)) {
    const own = handed.filter((one) => one.batchId === batchId).sort((a, b) => (a.id < b.id ? -1 : 1))
    const finance = anyFinance(house)
    const text = house.bank.report(own.map(({ reference }) => reference))
    const taken = await attempt(house, 'report', (app) =>
      app.act(house.programId, actorOf(finance, 'manager'), (ctx) => takeResults(ctx, batchId, text)),
    )
    house.note(`report of ${batchId} ${taken ? said(taken) : 'was not read'}`)
    for (const { reference, state } of own) {
      if (state !== 'settled' || house.bank.standing(reference) !== 'returned') continue
      const given = { payment: reference, reason: 'Your bank closed this account.' }
      await ask(house, finance, 'payout bounce', given)
      if (house.dice.percent(20)) await ask(house, finance, 'payout bounce', given)
    }
  }
}

const said = ({ settled, failed, waiting, known, unread }: Taken): string =>
  `${settled} arrived, ${failed} failed, ${waiting} wait, ${known} known, ${unread.length} unread`

/** Finance does what is left to be done: every list is handed in, every answer is heard, and what was set aside is tried again. */
export async function settleAll(house: House): Promise<void> {
  const parked = await house.within(({ db }) =>
    db.outbox.findMany({ where: { kind: 'call', state: 'parked' }, orderBy: { id: 'asc' } }),
  )
  for (const { id, key, tries, error } of parked) {
    // Whatever Stripe fails by here passes.
    if (tries < 9) house.trouble.push({ what: `${key} was given up after ${tries} tries`, error })
    await ask(house, member(house, 'Root'), 'retry', { post: id })
  }
  const prepared = await house.within(({ db }) => db.batch.findMany({ where: { state: 'prepared' }, orderBy: { id: 'asc' } }))
  for (const { id, preparedBy } of prepared) await confirm(house, otherThan(house, preparedBy), id)
  if (prepared.length > 0) await carry(house)
  for (const batchId of await open(house)) {
    const make = (ctx: Context) => makeFile(ctx, batchId, 'bank')
    house.bank.take((await house.as({ ...actorOf(anyFinance(house), 'manager'), finance: true }, make)).text)
    await ask(house, anyFinance(house), 'payout sent', { batch: batchId, method: 'bank' })
  }
  house.bank.calm()
  await handIn(house, true)
}

async function open(house: House): Promise<string[]> {
  const where = { state: 'confirmed', method: 'bank' }
  const rows = await house.within(({ db }) => db.payment.findMany({ where, select: { batchId: true }, orderBy: { id: 'asc' } }))
  return [...new Set(rows.map(({ batchId }) => batchId))]
}
