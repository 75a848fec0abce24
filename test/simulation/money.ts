/**
 * The laws of money that leaves. What Stripe and the bank have in their books is held against ours after every step, and what is
 * prepared against what each creator is owed, which is added up here anew and in another way than the product does.
 */
import { startOfDay } from '../../src/kernel/time.ts'
import type { House } from './house.ts'

type Purse = 'pending' | 'payable' | 'paying' | 'paid'
const open = new Set(['prepared', 'confirmed', 'sending', 'unknown', 'sent'])

type Moved = { from: string; to: string; minor: bigint; at: Date }

const movedIn = (house: House): Promise<Moved[]> =>
  house.within(({ db }) => db.transfer.findMany({ select: { from: true, to: true, minor: true, at: true } }))

/** What came in less what went out of a purse of each creator. */
function purses(moved: Moved[], purse: Purse): Map<string, bigint> {
  const sums = new Map<string, bigint>()
  const add = (account: string, minor: bigint): void => {
    const [, creatorId, kind] = account.split(':')
    if (account.startsWith('creator:') && kind === purse) sums.set(creatorId!, (sums.get(creatorId!) ?? 0n) + minor)
  }
  for (const { from, to, minor } of moved) {
    add(to, minor)
    add(from, -minor)
  }
  return sums
}

/** The first moment of the last payday, today included. */
function paydayBegan(house: House): { day: string; began: Date } {
  const { zone, payday } = house
  for (let back = 0; ; back++) {
    const began = startOfDay(new Date(house.time.ms - back * 86_400_000), zone)
    const day = new Date(began.getTime() + 12 * 3_600_000).toISOString().slice(0, 10)
    if (Number(day.slice(8)) === payday) return { day, began }
  }
}

/** What each creator has to be paid by a batch that is prepared now: what was payable before payday began and still is. */
async function owed(house: House): Promise<Map<string, bigint>> {
  const { day, began } = paydayBegan(house)
  const moved = await movedIn(house)
  const [now, before] = [
    purses(moved, 'payable'),
    purses(
      moved.filter(({ at }) => at < began),
      'payable',
    ),
  ]
  const { payees, payments } = await house.within(async ({ db }) => ({
    payees: await db.payee.findMany(),
    payments: await db.payment.findMany({ where: { payday: day } }),
  }))
  const paid = new Set(payments.filter((one) => live(one)).map(({ creatorId }) => creatorId))
  const owed = new Map<string, bigint>()
  for (const { creatorId, heldUntil } of payees) {
    const [a, b] = [now.get(creatorId) ?? 0n, before.get(creatorId) ?? 0n]
    const minor = a < b ? a : b
    if (minor <= 0n || minor < house.minimum || paid.has(creatorId) || (heldUntil && heldUntil > house.clock())) continue
    owed.set(creatorId, minor)
  }
  return owed
}

const live = ({ state, bouncedAt }: { state: string; bouncedAt: Date | null }): boolean =>
  !['failed', 'cancelled'].includes(state) && bouncedAt === null

/** Prepares, and notes as broken whoever gets another payment than they are owed, or none. */
export async function preparedAsOwed(house: House, prepare: () => Promise<unknown>): Promise<void> {
  const due = await owed(house)
  const ids = new Set((await house.within(({ db }) => db.payment.findMany({ select: { id: true } }))).map(({ id }) => id))
  await prepare()
  const made = (await house.within(({ db }) => db.payment.findMany())).filter(({ id }) => !ids.has(id))
  for (const { creatorId, minor } of made) {
    if (due.get(creatorId) !== minor)
      house.trouble.push({ what: `${creatorId} is to be paid ${minor}, and is owed ${due.get(creatorId) ?? 0n}` })
    due.delete(creatorId)
  }
  for (const [creatorId, minor] of due) house.trouble.push({ what: `${creatorId} is owed ${minor}, and was left out` })
}

type Out = { payment: string; minor: bigint; where: 'stripe' | 'bank' }

/** Money that is out of our hands by the books of others, under way or arrived. */
function outside(house: House): Out[] {
  const { bank, stripe } = house
  return [
    ...stripe.book.map(({ payment, minor }): Out => ({ payment, minor, where: 'stripe' })),
    ...bank.book.flatMap(({ reference, minor }): Out[] => {
      const stands = bank.standing(reference)
      return stands === 'arrived' || stands === 'under way' ? [{ payment: reference, minor, where: 'bank' }] : []
    }),
  ]
}

/** After every step; `ended` = nothing is under way any more, so that the books are the same. */
export async function moneyLaws(house: House, ended = false): Promise<string[]> {
  const broken: string[] = []
  const law = (holds: boolean, sentence: () => string): void => void (holds || broken.push(sentence()))
  const moved = await movedIn(house)
  const { payments, balances } = await house.within(async ({ db }) => ({
    payments: await db.payment.findMany(),
    balances: await db.balance.findMany(),
  }))
  const [payable, paying, paid] = [purses(moved, 'payable'), purses(moved, 'paying'), purses(moved, 'paid')]
  for (const { minor } of moved) law(minor > 0n, () => `a transfer of ${minor}`)
  const kept = new Map(balances.map(({ account, minor }) => [account, minor]))
  for (const [creatorId, minor] of payable) {
    const said = kept.get(`creator:${creatorId}:payable`) ?? 0n
    law(said === minor, () => `${creatorId} has ${said} payable by their balance and ${minor} by what moved`)
    if (minor < 0n) house.debtors.add(creatorId)
  }

  const out = outside(house)
  const gone = new Map<string, bigint>()
  const byPayday = new Set<string>()
  for (const { payment: named, minor, where } of out) {
    const payment = payments.find(({ id, reference }) => named === (where === 'bank' ? reference : id))
    law(payment?.minor === minor, () => `${where} paid ${minor} for ${named}, which says ${payment?.minor}`)
    if (!payment) continue
    const { creatorId, payday, state, bouncedAt } = payment
    gone.set(creatorId, (gone.get(creatorId) ?? 0n) + minor)
    law(!byPayday.has(`${creatorId} ${payday}`), () => `${where} paid ${creatorId} a second time for ${payday}`)
    byPayday.add(`${creatorId} ${payday}`)
    law(live(payment), () => `${named} is ${state}${bouncedAt ? ' and bounced' : ''}, and ${where} paid it`)
  }
  for (const payment of payments) law(arrivedIfSaid(house, payment), () => `${payment.reference} is settled, and nothing arrived`)
  for (const creatorId of new Set(payments.map((one) => one.creatorId))) {
    const own = payments.filter((one) => one.creatorId === creatorId)
    const sum = (of: typeof own) => of.reduce((all, { minor }) => all + minor, 0n)
    const [p, q, g] = [paying.get(creatorId) ?? 0n, paid.get(creatorId) ?? 0n, gone.get(creatorId) ?? 0n]
    law(p === sum(own.filter(({ state }) => open.has(state))), () => `${creatorId} has ${p} in payment, not what is open`)
    law(
      q === sum(own.filter((one) => one.state === 'settled' && live(one))),
      () => `${creatorId} was paid ${q}, not what is settled`,
    )
    law(g <= p + q, () => `${creatorId} got ${g}, and the books hold ${p + q} for it`)
    law(!ended || g === q, () => `${creatorId} got ${g}, and the books say ${q}`)
  }
  if (ended)
    for (const { reference, state } of payments)
      law(!['sending', 'unknown', 'sent'].includes(state), () => `${reference} is still ${state}`)
  return broken
}

/** What is called settled is in the book of whoever paid it, once. */
function arrivedIfSaid(
  house: House,
  payment: { id: string; method: string; reference: string; state: string; providerRef: string | null },
): boolean {
  if (payment.state !== 'settled') return true
  if (payment.method === 'bank') return ['arrived', 'returned'].includes(house.bank.standing(payment.reference) ?? '')
  return house.stripe.book.filter((one) => one.payment === payment.id && one.id === payment.providerRef).length === 1
}
