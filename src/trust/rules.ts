/**
 * The law of trust: money is withheld only by a case, a case names its lines, and it says why. Signals raise a suspicion and add up
 * to a score; above the program's threshold the named lines are held at once, and a person decides with a reason. Released, a line
 * ripens at its date or now, whichever is later; upheld, exactly the named lines are taken back. A creator who is told no may appeal
 * once, and somebody other than whoever decided answers, if there is somebody. Nobody decides about themselves while others can.
 * Creators learn what is held and why in plain words, never whose data led there and never how to slip past a rule.
 */
import { Refusal } from '../kernel/refusal.ts'
import type { RuleName } from './rules-weights.ts'

export type CaseKind = 'fraud' | 'dispute' | 'chargeback'

/** What is decided about a case, in the words of its command. */
export type Verdict = 'release' | 'uphold' | 'credit' | 'move' | 'bonus' | 'refuse'

/** What a verdict says to people. */
export const verdicts: Record<Verdict, string> = {
  release: 'Release: nothing is wrong, the lines are paid as usual',
  uphold: 'Uphold: take back the named lines',
  credit: 'Grant: credit the order, which is nobody’s',
  move: 'Grant: take the order from whoever has it and credit it',
  bonus: 'Grant: pay a goodwill bonus and leave the order where it is',
  refuse: 'Refuse: the order stays as it is',
}

/** What a case is called by people. */
export const kindNames: Record<string, string> = { fraud: 'Suspicion', dispute: 'Dispute', chargeback: 'Chargeback' }

type Undecided = { kind: string; state: string; appeal: string | null }

export const isOpen = ({ state, appeal }: Pick<Undecided, 'state' | 'appeal'>): boolean =>
  state === 'open' || state === 'held' || appeal === 'open'

/** The verdicts a case may get as it stands now. */
function verdictsFor({ kind }: Pick<Undecided, 'kind'>): Verdict[] {
  return kind === 'dispute' ? ['credit', 'move', 'bonus', 'refuse'] : ['release', 'uphold']
}

/** Throws when the case is decided, and when the verdict does not fit it. `by` is the name of whoever decided. */
export function checkVerdict(found: Undecided, verdict: Verdict, by: string | null): void {
  if (!isOpen(found)) {
    throw new Refusal('conflict', `${by ?? 'Someone'} has decided this case already.`, 'Look at it with /case show.')
  }
  if (!verdictsFor(found).includes(verdict)) {
    const fitting = verdictsFor(found).join(', ')
    throw new Refusal(
      'invalid',
      `A ${kindNames[found.kind]?.toLowerCase() ?? found.kind} cannot be decided with “${verdict}”.`,
      `Choose ${fitting}.`,
      'verdict',
    )
  }
}

/** Throws when something was filled in that the verdict does nothing with: whoever names some orders does not mean all of them. */
export function checkFilled(
  found: Undecided,
  { verdict, only, amount }: { verdict: Verdict; only?: string | undefined; amount?: unknown },
): void {
  if (amount !== undefined && verdict !== 'bonus')
    throw new Refusal('invalid', 'This decision pays no bonus.', 'Leave the amount empty, or grant a goodwill bonus.', 'amount')
  if (only === undefined) return
  if (found.kind !== 'fraud' || found.appeal === 'open')
    throw new Refusal('invalid', 'This decision is about the whole case.', 'Leave the orders empty.', 'orders')
  if (verdict !== 'uphold')
    throw new Refusal(
      'invalid',
      'A release lets every order of the case go.',
      'Leave the orders empty; or uphold the case and name those to take back, then all others are released.',
      'orders',
    )
}

type Judge = { personId: string; role: string }
type Bench = {
  /** Whose case it is. */
  creatorPersonId: string
  appeal: string | null
  decidedBy: string | null
  /** Everyone who could decide: managers and admins. */
  judges: readonly string[]
}

/** Why this person may not decide while others can: it is about them, or it appeals what they decided. */
function barred(personId: string, { creatorPersonId, appeal, decidedBy, judges }: Bench): 'own' | 'appealed' | null {
  const others = judges.some((judge) => judge !== personId && judge !== creatorPersonId)
  if (!others) return null
  if (personId === creatorPersonId) return 'own'
  return appeal === 'open' && personId === decidedBy ? 'appealed' : null
}

/** Whether a case waits for this person among others. */
export const mayDecide = (personId: string, bench: Bench): boolean => barred(personId, bench) === null

/** Throws unless this person may decide: not about themselves, and an appeal not after their own decision, while others can. */
export function checkJudge(actor: Judge, bench: Bench): void {
  const why = barred(actor.personId, bench)
  if (why === 'own') throw new Refusal('not_allowed', 'This case is about you.', 'Another manager decides it.')
  if (why === 'appealed')
    throw new Refusal('not_allowed', 'You made the decision that is appealed.', 'Another manager answers the appeal.')
}

/** Throws unless an appeal is possible: after a decision against the creator, and once. */
export function checkAppeal(found: Undecided): void {
  if (found.kind === 'chargeback') {
    throw new Refusal('not_allowed', 'The shopper’s bank decided this.', 'Ask a manager what the shop told the bank.')
  }
  if (found.appeal !== null) {
    throw new Refusal('conflict', 'This case was appealed already; an appeal is heard once.', 'Look at it with /case show.')
  }
  if (!isAgainst(found)) {
    throw new Refusal('conflict', 'There is no decision against you to appeal.', 'Say your side with the button on the case.')
  }
}

/** Whether the case was decided against the creator. A dispute that is granted is upheld, a suspicion that is upheld is not theirs. */
export const isAgainst = ({ kind, state }: Pick<Undecided, 'kind' | 'state'>): boolean =>
  kind === 'dispute' ? state === 'released' : state === 'upheld'

/** The state that a verdict leads to. */
export const stateAfter = (verdict: Verdict): 'released' | 'upheld' =>
  verdict === 'release' || verdict === 'refuse' ? 'released' : 'upheld'

/**
 * How much a case weighs, 0 to 100: signals of different rules are taken as independent hints, so two of 40 make 64. A rule counts
 * once, with its strongest signal.
 */
export function score(signals: readonly { rule: string; weight: number }[]): number {
  const strongest = new Map<string, number>()
  for (const { rule, weight } of signals) strongest.set(rule, Math.max(weight, strongest.get(rule) ?? 0))
  const innocent = [...strongest.values()].reduce((left, weight) => left * (1 - Math.min(100, weight) / 100), 1)
  return Math.round(100 * (1 - innocent))
}

/** Why something is held, as its creator may know it. */
const told: Record<RuleName, string> = {
  own_purchase: 'an order looks like your own purchase',
  click_flood: 'the clicks behind it came in a way that people rarely click',
  machine_clicks: 'the clicks behind it look like those of machines',
  quick_order: 'the clicks behind it came in a way that people rarely click',
  same_browser: 'the clicks behind it look like those of machines',
  datacenter: 'the clicks behind it look like those of machines',
  duplicate_clicks: 'the clicks behind it came in a way that people rarely click',
  coupon_site: 'it came from a site that collects coupons',
  leaked_code: 'your code is used by people who do not seem to know you',
  ad_traffic: 'it came from paid advertising, which this program does not allow',
  throwaway_email: 'the shoppers behind it cannot be told apart from invented ones',
  repeat_shopper: 'the same shopper ordered unusually often',
  fellow_purchase: 'creators of this program seem to have ordered from one another',
  conversion: 'far more visitors bought than usual',
  geography: 'the visitors came from an unusual place',
  shared_payout: 'your payout details are those of another creator',
  throwaway_creator: 'your e-mail address is one that exists for minutes',
  by_hand: 'a manager checked it by hand and has doubts',
}

/** Each reason once, in the order of the rules. */
export function toldWhy(rules: readonly string[]): string[] {
  return [...new Set(rules.flatMap((rule) => (Object.hasOwn(told, rule) ? [told[rule as RuleName]] : [])))]
}

/** Why a case withholds a line, as its creator may know it; never empty. */
export function heldWhy(kind: string, rules: readonly string[]): string[] {
  if (kind === 'chargeback') return ['the shopper’s bank asks for the money back']
  const why = toldWhy(rules)
  return why.length > 0 ? why : ['a manager looks at it']
}

/** Order numbers as people type them: "#1042, 1043". */
export const numbersIn = (typed: string): string[] =>
  typed
    .split(/[\s,;]+/)
    .map(bareNumber)
    .filter((number) => number !== '')

type Numbered = { id: string; number: string; source: string }

/** What each order of a case is called: its number, with its shop where two shops have the same one, and its id where that tells no more. */
export function orderNames(orders: readonly Numbered[]): Map<string, string> {
  const ways: ((order: Numbered) => string)[] = [
    ({ number }) => number,
    ({ number, source }) => `${number}@${source}`,
    ({ id }) => id,
  ]
  const alone = (order: Numbered, way: (order: Numbered) => string) =>
    orders.every((other) => other.id === order.id || bareNumber(way(other)) !== bareNumber(way(order)))
  return new Map(orders.map((order) => [order.id, ways.find((way) => alone(order, way))!(order)]))
}

/** A number without the sign that some shops write before it. */
export const bareNumber = (number: string): string => number.replace(/^#/, '')
