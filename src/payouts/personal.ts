import type { Context } from '../context.ts'
import { BOOK_YEARS, FORMER, type Forgotten, REMOVED, type Section, type Subject } from '../kernel/personal.ts'
import { openDetails } from './payees.ts'
import type { PayeeDetails } from './rules-payee.ts'

/** Where somebody is paid, who changed that when, and every payment. Details are opened, for they are their owner's. */
export async function personal(ctx: Context, { creatorIds }: Subject): Promise<Section[]> {
  const own = { programId: ctx.program.id, creatorId: { in: creatorIds } }
  const payees = await ctx.db.payee.findMany({ where: own })
  const accounts = await ctx.db.stripeAccount.findMany({ where: own })
  const changes = await ctx.db.payeeChange.findMany({
    where: { programId: own.programId, payeeId: { in: payees.map(({ id }) => id) } },
  })
  const payments = await ctx.db.payment.findMany({ where: own })
  const events = await ctx.db.paymentEvent.findMany({
    where: { programId: own.programId, paymentId: { in: payments.map(({ id }) => id) } },
  })
  const details = payees.map(({ sealed }) => openDetails(ctx, sealed))
  return [
    {
      name: 'Payment details',
      about: 'to pay you and to tax it rightly',
      until: 'while you are here',
      fate: 'deleted',
      rows: [
        ...payees.map(({ id, shown, createdAt, changedAt }, n) => ({ id, shown, createdAt, changedAt, ...details[n] })),
        ...accounts.map(({ id, sealed, country }) => ({ id, country, stripe: ctx.unseal(sealed) })),
        ...changes,
      ],
      words: details.flatMap(namesOf),
    },
    {
      name: 'Payments',
      about: 'to pay you and to keep the books; who and where they went to goes',
      until: `${BOOK_YEARS} years, as tax law asks`,
      fate: 'pseudonymised',
      why: 'Books have to be kept. Amount, day and reference stay.',
      rows: [...payments.map(({ sealed: _, gift: _gift, accountHash: _hash, ...row }) => row), ...events],
      texts: [...payments.map(({ reason }) => reason), ...events.map(({ note }) => note)],
    },
  ]
}

const namesOf = ({ name, address, account, tax, vatId }: PayeeDetails): string[] => [
  name,
  tax.signedName,
  address.line,
  address.more,
  vatId,
  ...Object.entries(account).flatMap(([key, value]) => (key === 'method' ? [] : [String(value)])),
]

const nobody: PayeeDetails = {
  name: FORMER,
  country: '',
  address: { line: '', more: '', postcode: '', city: '', region: '' },
  account: { method: 'credit' },
  tax: { form: 'none', last4: '', signedName: '', signedAt: '' },
  vatId: '',
  billing: false,
}

/** Only settled ones are left by then: nobody is forgotten while money is on its way to them. */
export async function forget(ctx: Context, { creatorIds }: Subject): Promise<Forgotten> {
  const programId = ctx.program.id
  const own = { programId, creatorId: { in: creatorIds } }
  await ctx.db.payee.deleteMany({ where: own })
  await ctx.db.stripeAccount.deleteMany({ where: own })
  const sealed = ctx.seal(JSON.stringify(nobody))
  const ids = (await ctx.db.payment.findMany({ where: own, select: { id: true } })).map(({ id }) => id)
  await ctx.db.payment.updateMany({ where: own, data: { sealed, shown: REMOVED, gift: null, reason: null } })
  await ctx.db.$executeRaw`SELECT set_config('troupe.erasing', ${programId}, true)`
  await ctx.db.$executeRaw`
    UPDATE "PaymentEvent" SET note = NULL WHERE "programId" = ${programId} AND "paymentId" = ANY(${ids}) AND note IS NOT NULL`
  return {}
}
