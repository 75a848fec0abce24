/**
 * The law of a program: its policy is data with defaults, checked whenever it is read or written. A policy never changes
 * what was already booked: whoever books a line stores the rate and rule it used. Terms are versions of a text made from the
 * policy; a creator is held to the version they accepted.
 */

import { z } from 'zod'
import { decimals, percent } from '../kernel/money.ts'
import { plural } from '../kernel/plural.ts'
import { Refusal } from '../kernel/refusal.ts'
import { remembered } from '../kernel/remember.ts'
import { asOf, commissionPolicy, commissionTerms } from './rules-commission.ts'

const minor = z.string().regex(/^\d{1,18}$/, 'must be whole minor units')

export const policySchema = z.object({
  /** Days between a touch and the order it may deserve. */
  attributionDays: z.number().int().min(1).max(365).default(30),
  /** Which kind of touch wins, first to last. */
  creditOrder: z.array(z.enum(['code', 'click', 'customer'])).default(['code', 'click', 'customer']),
  /** Commission on the net base, in basis points. */
  rateBps: z.number().int().min(0).max(10_000).default(1_000),
  /** Days after the order before commission is payable. */
  holdDays: z.number().int().min(0).max(180).default(14),
  /** What a creator's code takes off for the shopper. */
  codePercent: z.number().int().min(1).max(90).default(10),
  /** Codes: how long one goes on when its creator chose another name, and how long after a leak orders with the old one still count. */
  codeGraceDays: z.number().int().min(0).max(90).default(14),
  leakGraceHours: z.number().int().min(0).max(168).default(0),
  /** Codes: the least an order must be worth to have the discount, and how often each may be used in all. */
  codeMinimumMinor: minor.default('0'),
  codeUses: z.number().int().min(1).max(1_000_000).nullable().default(null),
  /** Day of the month on which payable balances are paid. */
  payday: z.number().int().min(1).max(28).default(15),
  minPayoutMinor: minor.default('2000'),
  /** Where tracking links may lead. */
  shopUrl: z.string().default('https://shop.example.com/'),
  allowedHosts: z.array(z.string()).default(['shop.example.com']),
  /** How long an applicant usually waits, in hours, as told on the status card. */
  answerHours: z.number().int().min(1).default(24),
  /** How long a decision on content can be undone before its creator is told, and how many have to approve where a mission doesn't say. */
  undoMinutes: z.number().int().min(0).max(60).default(10),
  reviewers: z.number().int().min(1).max(2).default(1),
  applyAgainDays: z.number().int().min(0).default(90),
  /** How raw webhook bodies are kept, in days. */
  bodyDays: z.number().int().min(1).default(30),
  /** What posts begin with; null = what is usual where the audience lives. */
  disclosure: z.string().nullable().default(null),
  /** Where the audience lives, whose disclosure rules count; none = where the program's clock stands. And further words that are enough. */
  territories: z
    .array(z.string().regex(/^[A-Z]{2}$/))
    .max(8)
    .default([]),
  disclosureWords: z.array(z.string().min(2).max(60)).max(10).default([]),
  niches: z.array(z.string()).default(['beauty', 'fashion', 'fitness', 'food', 'home', 'tech', 'travel', 'other']),
  leaderboard: z.enum(['revenue', 'orders', 'content', 'growth', 'engagement', 'streak']).default('revenue'),
  /** Whether each tier has a board of its own beside that of all. */
  divisions: z.boolean().default(false),
  /** Where those who are admitted on the web come in: invitations to the server and the workspace. */
  invites: z.object({ discord: z.string().optional(), slack: z.string().optional() }).default({}),
  /** How many peers a creator may thank in a day. */
  kudosPerDay: z.number().int().min(0).max(100).default(5),
  /** Points, which are no money: for approved content, an order whose hold is over, and kudos received, the latter so many a week. */
  points: z
    .object({
      content: z.number().int().min(0).max(10_000),
      order: z.number().int().min(0).max(10_000),
      kudos: z.number().int().min(0).max(1_000),
      kudosPerWeek: z.number().int().min(0).max(1_000),
    })
    .default({ content: 50, order: 20, kudos: 5, kudosPerWeek: 5 }),
  /** Rights: how long what was taken back or disputed with success may still stand somewhere. */
  takedownDays: z.number().int().min(1).max(90).default(14),
  // Moments: whether those they are for are also told in private, which reaction of a manager asks for a message, and the rights asked.
  momentPush: z.boolean().default(false),
  captureEmoji: z.string().min(1).max(40).default('📸'),
  captureRights: z.enum(['none', 'social', 'web', 'ads']).default('social'),
  /** The public page for customers: whether it is open, and the code that everybody gets who sends something, with what it takes off. */
  share: z
    .object({ on: z.boolean(), code: z.string().optional(), percent: z.number().int().min(1).max(90).optional() })
    .default({ on: false }),
  /** Digests, hints and recaps that fall due before this are not said; null = they run. What a manager says in every newsletter. */
  messagesFrom: z.iso.datetime().nullable().default(null),
  newsletter: z.object({ words: z.string().max(1_000).optional(), link: z.string().optional() }).default({}),
  quietFrom: z.string().default('22:00'),
  quietTo: z.string().default('08:00'),
  /** Who claimed a mission is reminded the first time a clock near them shows this, so many hours before its end: the day before, and the last day. */
  remindAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default('09:00'),
  remindHours: z.array(z.number().int().min(1).max(720)).max(5).default([48, 24]),
  // When a suspicion becomes a case, and when it holds money before a person has looked (scores of 0 to 100).
  caseScore: z.number().int().min(1).max(100).default(30),
  holdScore: z.number().int().min(1).max(100).default(60),
  /** Days until a case should be decided; managers are reminded a day before and when it is late. */
  caseDays: z.number().int().min(1).max(60).default(5),
  /** Whether creators may send paid advertising to their links. */
  adsAllowed: z.boolean().default(false),
  /** Coupon sites that the program watches beside those Troupe knows, and those of them that are its partners. */
  couponSites: z.object({ more: z.array(z.string()), fewer: z.array(z.string()) }).default({ more: [], fewer: [] }),
  /** Who stands on statements as the payer, and the brand's own numbers for our accounts in the journal. */
  books: z
    .object({
      legalName: z.string().optional(),
      address: z.string().optional(),
      country: z.string().optional(),
      vatId: z.string().optional(),
      accounts: z.record(z.string(), z.string()).optional(),
    })
    .default({}),
  /** Figures: what is left of net revenue after goods and delivery, whether discounts are a cost, and how long a customer is followed. */
  figures: z
    .object({
      marginBps: z.number().int().min(1).max(10_000).nullable().default(null),
      discountsCost: z.boolean().default(false),
      horizonDays: z.union([z.literal(90), z.literal(180), z.literal(365)]).default(90),
    })
    .default({ marginBps: null, discountsCost: false, horizonDays: 90 }),
  // What commission may be beside one rate; the terms speak of it only where it is set.
  ...commissionPolicy,
  // Payouts: how creators may be paid; where nobody is paid, when that is not our own list; and the account that SEPA files pay from.
  payoutMethods: z.array(z.enum(['bank', 'paypal', 'wise', 'stripe', 'credit'])).default(['bank', 'paypal', 'wise', 'credit']),
  closedCountries: z.array(z.string().length(2)).optional(),
  payerAccount: z.object({ name: z.string(), iban: z.string(), bic: z.string().optional() }).optional(),
})

export type Policy = z.infer<typeof policySchema>

/** The least that a new program pays out: twenty of its currency, of one without hundredths as many units as twenty have. */
export const leastPaid = (currency: string): string => (20n * 10n ** BigInt(Math.max(2, decimals(currency)))).toString()

/** The policy stored with a program, with defaults for what an older version did not know. */
export const policyOf = ({ policy }: { policy: unknown }): Policy => read(policy)

/** Reading one takes up to a millisecond, with the changes of years in it, and a unit of work asks for it several times. */
const read = remembered(
  (policy: unknown) => frozen(policySchema.parse(policy)),
  100,
  (policy) => JSON.stringify(policy) ?? '',
)

function frozen<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) frozen(part)
  return Object.freeze(value)
}

/** The policy as it held at an instant, for sales that are heard late. */
export const policyAt = (program: { policy: unknown }, at: Date): Policy => asOf(policyOf(program), at)

export type TermsSummary = { label: string; says: string }[]

/** The five lines of the terms: rate, hold, payday, rights, ending; more where more is agreed. */
export const termsSummary = (policy: Policy, currency: string): TermsSummary => [
  ...fiveLines(policy),
  ...commissionTerms(policy, currency),
]

function fiveLines(policy: Policy): TermsSummary {
  return [
    { label: 'Rate', says: `${percent(policy.rateBps)} of each order you bring, after discounts, tax and shipping.` },
    { label: 'Hold', says: `A sale is pending for ${plural(policy.holdDays, 'day')}, so that returns are settled first.` },
    { label: 'Payday', says: `Day ${policy.payday} of each month, for everything payable the day before.` },
    { label: 'Rights', says: 'Your content stays yours. We ask each time before we use it beyond sharing your post.' },
    { label: 'Ending', says: 'Leave whenever you like. What you have earned is paid at the next payday after its hold.' },
  ]
}

/** The whole text of the terms; its SHA-256 is what an acceptance records. */
export function termsText(name: string, policy: Policy, version: number, currency: string): string {
  const lines = fiveLines(policy).map((line, i) => `${i + 1}. ${line.label}. ${line.says}`)
  const more = commissionTerms(policy, currency).map((line, i) => `${i + 10}. ${line.label}. ${line.says}`)
  return [
    `${name} creator program, terms version ${version}`,
    '',
    ...lines,
    '',
    `6. Disclosure. Every post with your link or code says that it is advertising${policy.disclosure === null ? '' : `, for example ${policy.disclosure}`}, where it is seen first and in words that the country of its audience takes for enough.`,
    '7. Refunds. When a shopper gets money back, the same share of the commission is taken back. A balance below zero is carried to later sales and never collected.',
    '8. Own purchases. Orders you place yourself earn nothing.',
    '9. Changes. A lower rate or stricter term needs a new version, notice and your press; sales before it keep their rate.',
    ...more,
  ].join('\n')
}

/** "12.5", "12,5 %" → 1250 basis points. Throws Refusal('invalid') for anything that is no percentage. */
export function parsePercent(typed: string, field = 'rate'): number {
  const [, whole, part = ''] = /^(\d{1,3})(?:[.,](\d+))?\s*%?$/.exec(typed.trim()) ?? []
  if (part.length > 2)
    throw new Refusal('invalid', 'A percentage has at most two decimals.', `Write it like ${whole}.${part.slice(0, 2)}.`, field)
  const bps = whole === undefined ? Number.NaN : Number(whole) * 100 + Number(part.padEnd(2, '0'))
  if (!(bps <= 10_000))
    throw new Refusal('invalid', 'The rate is a percentage from 0 to 100.', 'Write it like 10 or 12.5.', field)
  return bps
}

/** The channels every program has, by purpose, and who may see them. */
export const channels = [
  { purpose: 'start-here', name: 'start-here', role: 'anyone', about: 'How to join, and what Troupe can do for you' },
  { purpose: 'missions', name: 'missions', role: 'creator', about: 'Briefs to take up, and what each one pays' },
  { purpose: 'wins', name: 'wins', role: 'creator', about: 'First sales, milestones and praise' },
  { purpose: 'leaderboard', name: 'leaderboard', role: 'creator', about: 'Who leads this week' },
  { purpose: 'applications', name: 'applications', role: 'manager', about: 'Creators who want to join' },
  { purpose: 'review', name: 'review', role: 'manager', about: 'Content that waits for an answer' },
  { purpose: 'managers', name: 'managers', role: 'manager', about: 'What needs a hand' },
] as const
