/** Creators who have money and say where it goes, and the people of finance. */
import type { Actor } from '../../src/context.ts'
import { move } from '../../src/ledger/service.ts'
import { keepAccount, noteState } from '../../src/payouts/onboarding.ts'
import { saveDetails } from '../../src/payouts/payees.ts'
import { setFinance } from '../../src/people/service.ts'
import type { Persona } from '../chat.ts'
import type { World } from '../world.ts'
import { enlist, type Member } from './shop.ts'

export const ibans = [
  'DE89370400440532013000',
  'GB82WEST12345698765432',
  'FR1420041010050500013M02606',
  'NL91ABNA0417164300',
  'AT611904300234573201',
]

/** What someone in Germany types. */
export const german = (name: string, more: Record<string, string> = {}): Record<string, string> => ({
  name,
  country: 'DE',
  line: 'Hauptstraße 1',
  postcode: '10115',
  city: 'Berlin',
  method: 'bank',
  iban: ibans[0]!,
  ...more,
})

export const actorOf = (person: Persona, role: Actor['role'] = 'creator'): Actor => ({
  personId: person.personId,
  name: person.name,
  role,
  zone: 'Europe/Berlin',
  locale: 'en',
  ...(person.creatorId ? { creatorId: person.creatorId } : {}),
})

/** An account as Stripe has it after its owner went through Stripe's form. */
export const withStripe = (w: World, creatorId: string, account: string): Promise<void> =>
  w.within(async (ctx) => {
    await keepAccount(ctx, creatorId, account, 'DE')
    const state = { submitted: true, chargesEnabled: true, payoutsEnabled: true, transfers: 'active', due: 0 }
    await noteState(ctx, creatorId, state)
  })

/** Keeps details as their owner does on the page; throws what was wrong. */
export async function enter(w: World, person: Persona, typed: Record<string, string>) {
  const saved = await w.as(actorOf(person), (ctx) => saveDetails(ctx, person.creatorId, typed))
  if ('errors' in saved) throw new Error(JSON.stringify(saved.errors))
  return saved
}

let gifts = 0
/** Money that is payable at once. */
export const earn = (w: World, creatorId: string, minor: number): Promise<boolean> =>
  w.within((ctx) =>
    move(ctx, {
      from: 'program:bonus',
      to: `creator:${creatorId}:payable`,
      money: { minor: BigInt(minor), currency: ctx.program.currency },
      key: `bonus:gift-${++gifts}`,
      because: { reason: 'well done' },
    }),
  )

/** A refund after it ripened. */
export const lose = (w: World, creatorId: string, minor: number): Promise<boolean> =>
  w.within((ctx) =>
    move(ctx, {
      from: `creator:${creatorId}:payable`,
      to: 'program:commission',
      money: { minor: BigInt(minor), currency: ctx.program.currency },
      key: `refund:gift-${++gifts}:oln_none`,
      because: {},
    }),
  )

/** A creator with money and, unless told otherwise, details. */
export async function payable(w: World, name: string, minor: number, typed: Record<string, string> | null = {}): Promise<Member> {
  const member = await enlist(w, name)
  if (typed) await enter(w, member, german(`${name} Lind`, typed))
  if (minor > 0) await earn(w, member.creatorId, minor)
  return member
}

export async function finance(w: World, name: string): Promise<Persona> {
  const person = await w.applicant(name)
  await w.within((ctx) => setFinance(ctx, person.personId, true))
  return person
}
