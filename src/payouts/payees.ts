/** Where creators are paid: kept sealed, changed by themselves alone, and never without their being told everywhere. */
import type { Context } from '../context.ts'
import { countries } from '../creators/rules-countries.ts'
import { locked } from '../creators/service.ts'
import type { Payee } from '../db/generated/client.ts'
import { mailboxOf } from '../kernel/mailbox.ts'
import { postalKey } from '../kernel/postal.ts'
import { must } from '../kernel/refusal.ts'
import { hours } from '../kernel/time.ts'
import { mailPerson } from '../people/invitations.ts'
import { changedCard } from './cards-details.ts'
import { accountOf } from './onboarding.ts'
import { act } from './payments.ts'
import { HOLD_HOURS } from './rules.ts'
import { accountKey, emailOf, methodOf, showAccount } from './rules-accounts.ts'
import { changes, holdsPayouts, type Kind, type PayeeDetails, readPayee } from './rules-payee.ts'
import { termsOf } from './terms.ts'

/** Sealed details as they were typed. */
export const openDetails = (ctx: Pick<Context, 'unseal'>, sealed: string): PayeeDetails =>
  JSON.parse(ctx.unseal(sealed)) as PayeeDetails

/** The payment details of a creator; null when there are none yet. Callers show them to their owner and finance alone. */
export const payeeOf = (ctx: Context, creatorId: string): Promise<Payee | null> =>
  ctx.db.payee.findUnique({ where: { programId_creatorId: { programId: ctx.program.id, creatorId } } })

export type Saved = { kinds: Kind[]; heldUntil: Date | null }

/**
 * Keeps what a creator typed on the page, or gives what is wrong by field. A change of the account holds payouts, takes back payments
 * that nobody sent yet, and is told at every door the person is known at.
 */
export async function saveDetails(
  ctx: Context,
  creatorId: string,
  typed: Record<string, string>,
): Promise<Saved | { errors: Record<string, string> }> {
  // Who prepares payments locks the same row first, so none is made with details that change meanwhile.
  const creator = await locked(ctx, creatorId)
  const known = await payeeOf(ctx, creator.id)
  const before = known ? openDetails(ctx, known.sealed) : undefined
  const made = await accountOf(ctx, creator.id)
  // One that was typed before Stripe was asked to make them goes on.
  const typedOnce = before && 'stripe' in before.account ? before.account.stripe : undefined
  const stripe = made?.submitted ? made.account : typedOnce
  const reading = { ...termsOf(ctx), before, stripe, countries: allCountries(), now: ctx.now }
  const read = readPayee(typed, reading)
  if ('errors' in read) return read
  const kinds = changes(before, read.details)
  if (kinds.length === 0) return { kinds, heldUntil: known?.heldUntil ?? null }
  const holds = holdsPayouts(kinds)
  const heldUntil = holds ? hours(ctx.now, HOLD_HOURS) : (known?.heldUntil ?? null)
  const payeeId = await keep(ctx, creator.id, known, read.details, heldUntil)
  await ctx.db.payeeChange.create({
    data: { id: ctx.id('event'), programId: ctx.program.id, payeeId, personId: ctx.actor.personId, kinds, at: ctx.now },
  })
  if (holds) await takeBack(ctx, creator.id)
  const told = changedCard({ kinds, shown: showAccount(read.details.account), heldUntil: holds ? heldUntil : null })
  await ctx.show({ person: creator.personId }, `payee:${payeeId}:${ctx.now.toISOString()}`, told, { everywhere: true })
  await mailPerson(ctx, creator.personId, `payee:${payeeId}:${ctx.now.toISOString()}`, told)
  return { kinds, heldUntil }
}

let known: Set<string> | undefined
const allCountries = (): Set<string> => {
  known ??= new Set(countries('en').map(({ code }) => code))
  return known
}

async function keep(ctx: Context, creatorId: string, before: Payee | null, details: PayeeDetails, heldUntil: Date | null) {
  const { account, tax, country } = details
  const email = emailOf(account)
  const home = postalKey({ street: details.address.line, postcode: details.address.postcode, country })
  const data = {
    sealed: ctx.seal(JSON.stringify(details)),
    country,
    method: methodOf(account),
    shown: showAccount(account),
    accountHash: ctx.hash(accountKey(account, creatorId)),
    emailHash: email === undefined ? null : ctx.hash(mailboxOf(email)),
    addressHash: home === undefined ? null : ctx.hash(home),
    taxForm: tax.form,
    taxSignedAt: tax.signedAt === '' ? null : new Date(tax.signedAt),
    billingAt: details.billing ? (before?.billingAt ?? ctx.now) : null,
    heldUntil,
    changedAt: ctx.now,
  }
  if (before) {
    await ctx.db.payee.update({ where: { id: before.id }, data: { ...data, version: before.version + 1 } })
    return before.id
  }
  const id = ctx.id('payee')
  await ctx.db.payee.create({ data: { ...data, id, programId: ctx.program.id, creatorId, createdAt: ctx.now } })
  return id
}

/** Hashes of addresses as earlier versions kept them become those of their mailboxes. */
export const respellPayees = (ctx: Context, typed: string[], emails: string[]): Promise<number> => ctx.db.$executeRaw`
  UPDATE "Payee" p SET "emailHash" = s.email FROM unnest(${typed}::text[], ${emails}::text[]) AS s(typed, email)
  WHERE p."programId" = ${ctx.program.id} AND p."emailHash" = s.typed`

/** Payments to the old account that are in no file yet go back to payable. */
async function takeBack(ctx: Context, creatorId: string): Promise<void> {
  const open = await ctx.db.payment.findMany({
    where: { programId: ctx.program.id, creatorId, state: { in: ['prepared', 'confirmed'] }, exportedAt: null },
    select: { id: true },
  })
  await act(
    ctx,
    'cancel',
    open.map(({ id }) => id),
    { reason: 'The payment details were changed.', quiet: true, lenient: true },
  )
}

/** What kinds of details changed when, newest first. */
export async function historyOf(ctx: Context, payeeId: string): Promise<{ kinds: Kind[]; at: Date }[]> {
  const rows = await ctx.db.payeeChange.findMany({
    where: { programId: ctx.program.id, payeeId },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    take: 20,
  })
  return rows.map(({ kinds, at }) => ({ kinds: kinds as Kind[], at }))
}

/** The creator behind a person who may enter details: whoever was ever paid by the program may still be owed something. */
export async function payableCreator(
  ctx: Context,
  personId: string,
): Promise<{ id: string; name: string; country: string; state: string } | null> {
  const creator = await ctx.db.creator.findUnique({
    where: { programId_personId: { programId: ctx.program.id, personId } },
    select: { id: true, name: true, country: true, state: true, mergedInto: true },
  })
  must(!creator?.mergedInto, 'whoever is somebody else now has no person of their own')
  return creator
}
