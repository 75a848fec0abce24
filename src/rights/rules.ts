/**
 * The law of rights: what is not granted in so many words may not be done. A licence names channels, territory and term, how far content
 * may be edited, and whether paid ads, exclusivity, name and likeness and AI are part of it; a use is allowed only when every clause
 * covers it, and a refusal names the clause. There is no licence without an end. An offer is answered by the other side, as often as they
 * like; once signed it is never edited, only followed by its end, its renewal, its revocation or a dispute.
 */

/** The usual places of use, in the words a person reads. */
export const channels = {
  social: 'Organic posts of the brand on social media',
  website: 'Website and product pages',
  email: 'E-mail and newsletters',
  paid_ads: 'Paid ads',
  whitelisting: 'Ads from the creator’s own account (Spark code, partnership ad)',
  marketplace: 'Listings on marketplaces',
  retail: 'Shops and out of home',
  press: 'Press',
  internal: 'Internal use of the brand',
} as const

export type Channel = keyof typeof channels

export const edits = {
  none: 'None: the content is used as it is',
  light: 'Crop, trim and subtitles',
  full: 'Crop, trim, subtitles, translation and cutting it into other material',
} as const

export type Edits = keyof typeof edits

export const exclusivities = {
  none: 'None: the creator may use and license the content elsewhere',
  content: 'The brand alone may use this content commercially during the term',
  category: 'The brand alone may use it, and the creator does not advertise competing products during the term',
} as const

export type Exclusivity = keyof typeof exclusivities

/** What a licence allows. The term is so many days from its signature, or ends with a day ('2026-12-31'); one of them is null. */
export type Scope = {
  channels: Channel[]
  /** ISO codes; empty means the world. */
  territories: string[]
  days: number | null
  until: string | null
  exclusivity: Exclusivity
  edits: Edits
  ai: boolean
  likeness: boolean
  feeMinor: bigint
}

export type State =
  | 'none'
  | 'requested'
  | 'countered'
  | 'granted'
  | 'expiring'
  | 'expired'
  | 'renewed'
  | 'revoked'
  | 'disputed'
  | 'declined'

export type Act = 'counter' | 'sign' | 'decline' | 'near' | 'expire' | 'renew' | 'revoke' | 'dispute' | 'settle' | 'undo'

/** Who acts: the brand, which is any manager, or the creator. */
export type Side = 'brand' | 'creator'

const moves: Record<Act, Partial<Record<State, State>>> = {
  counter: { requested: 'countered', countered: 'countered' },
  sign: { requested: 'granted', countered: 'granted' },
  decline: { requested: 'declined', countered: 'declined' },
  near: { granted: 'expiring' },
  expire: { granted: 'expired', expiring: 'expired' },
  renew: { granted: 'renewed', expiring: 'renewed', expired: 'renewed' },
  revoke: { granted: 'revoked', expiring: 'revoked', renewed: 'revoked', disputed: 'revoked' },
  dispute: { granted: 'disputed', expiring: 'disputed', renewed: 'disputed' },
  settle: { disputed: 'granted' },
  undo: { granted: 'none' },
}

/** The state after an act, or undefined where it cannot be done. */
export const after = (state: string, act: Act): State | undefined => moves[act][state as State]

/** The offer on the table is answered by the side that did not make it. */
export const answers = (offeredBy: string): Side => (offeredBy === 'brand' ? 'creator' : 'brand')

/** Either side waits for the other. */
export const isOpen = (state: string): boolean => state === 'requested' || state === 'countered'

/** Signed, and neither taken back nor in dispute; whether it holds at an instant is for its dates. */
export const isSigned = (state: string): boolean => ['granted', 'expiring', 'expired', 'renewed'].includes(state)

/** Paid promotion needs one of these. */
const paidChannels: Channel[] = ['paid_ads', 'whitelisting']
export const paid = (scope: Pick<Scope, 'channels'>): boolean => scope.channels.some((channel) => paidChannels.includes(channel))

const clauses = {
  licence: 'Licence',
  revocation: 'Revocation',
  dispute: 'Dispute',
  term: 'Term',
  channel: 'Channels',
  paid_ads: 'Paid ads',
  territory: 'Territory',
  edits: 'Edits',
  likeness: 'Name and likeness',
  exclusivity: 'Exclusivity',
  ai: 'AI training',
} as const

export type Clause = keyof typeof clauses

/** What somebody wants to do with content; what is left out is not asked for. */
export type Use = {
  channel: Channel
  at: Date
  /** An ISO code, or 'world' for what is shown everywhere. */
  territory?: string | undefined
  /** Promoted with money, wherever it stands. */
  paid?: boolean | undefined
  edits?: Edits | undefined
  likeness?: boolean | undefined
  /** Needs to be the brand's alone: 'content', or the creator's silence about competitors: 'category'. */
  exclusivity?: Exclusivity | undefined
  ai?: boolean | undefined
}

/** A licence as far as uses ask; `endsAt` is the first instant at which it no longer holds. */
export type Licence = Scope & { state: string; startsAt: Date | null; endsAt: Date | null }

export type Answer = { ok: true } | { ok: false; clause: Clause; sentence: string }

const no = (clause: Clause, why: string): Answer => ({ ok: false, clause, sentence: `Not covered (${clauses[clause]}): ${why}` })

const editRank: Record<Edits, number> = { none: 0, light: 1, full: 2 }
const exclusiveRank: Record<Exclusivity, number> = { none: 0, content: 1, category: 2 }

const day = (at: Date): string => at.toISOString().slice(0, 10)

/** Whether a licence covers a use; when not, the first clause that does not, in a sentence for the person who wanted it. */
export function covers(licence: Licence, use: Use): Answer {
  return standing(licence, use.at) ?? placed(licence, use) ?? done(licence, use) ?? { ok: true }
}

function standing({ state, startsAt, endsAt }: Licence, at: Date): Answer | undefined {
  if (state === 'revoked') return no('revocation', 'the right was taken back.')
  if (state === 'disputed') return no('dispute', 'the right is in dispute; nothing new is placed until that is settled.')
  if (!isSigned(state) || !startsAt || !endsAt)
    return no('licence', isOpen(state) ? 'the creator has not signed yet.' : 'no licence was granted.')
  if (at < startsAt) return no('term', `the licence begins on ${day(startsAt)} (UTC).`)
  if (at >= endsAt) return no('term', `the licence ended on ${day(endsAt)} (UTC).`)
  return undefined
}

function placed(licence: Licence, { channel, territory, paid: promoted }: Use): Answer | undefined {
  const named = licence.channels.map((one) => channels[one].split(' (')[0]).join(', ')
  if (paidChannels.includes(channel) && !licence.channels.includes(channel))
    return no('paid_ads', `“${channels[channel]}” is not part of it. Granted are: ${named}.`)
  if (!licence.channels.includes(channel))
    return no('channel', `“${channels[channel]}” is not part of it. Granted are: ${named}.`)
  if (promoted === true && !paid(licence)) return no('paid_ads', `money may not promote it. Granted are: ${named}.`)
  if (territory !== undefined && licence.territories.length > 0 && !licence.territories.includes(territory))
    return no('territory', `it is for ${licence.territories.join(', ')}, not for ${territory}.`)
  return undefined
}

function done(licence: Licence, use: Use): Answer | undefined {
  if (use.edits && editRank[use.edits] > editRank[licence.edits])
    return no('edits', `“${edits[use.edits]}” goes beyond what was agreed. ${edits[licence.edits]}.`)
  if (use.likeness === true && !licence.likeness) return no('likeness', 'the creator’s name and likeness are not part of it.')
  if (use.exclusivity && exclusiveRank[use.exclusivity] > exclusiveRank[licence.exclusivity])
    return no('exclusivity', `${exclusivities[licence.exclusivity]}.`)
  if (use.ai === true && !licence.ai)
    return no('ai', 'training AI with it, or making synthetic versions of it, is not part of it.')
  return undefined
}

/** Days begun until an instant; 0 or less once it is reached. */
export const daysLeft = (until: Date, now: Date): number => Math.ceil((until.getTime() - now.getTime()) / 86_400_000)

/** How many days before the end somebody is reminded; the last comes with the end. */
export const reminderSteps = [30, 14, 3, 0] as const

/** The reminder that is due with so many days left, when the last one was `reminded`; undefined when none is. */
export function reminderDue(left: number, reminded: number | null): number | undefined {
  const step = reminderSteps.findLast((one) => left <= one)
  return step === undefined || (reminded !== null && reminded <= step) ? undefined : step
}

const brings: Record<number, number> = { 30: 62, 14: 30, 3: 14, 0: 0 }

/** Whether a reminder of this step also speaks for a licence that ends later in the same month, so that it need not speak twice. */
export const bringsForward = (step: number, left: number, reminded: number | null): boolean =>
  left > 0 && left <= brings[step]! && (reminded === null || reminded > step)

const nearness = (clause: Clause): number => ['licence', 'revocation', 'term', 'dispute'].indexOf(clause) + 1 || 9

export type Covered<L> = { ok: true; licence: L } | Exclude<Answer, { ok: true }>

/** The first of the licences, newest first, that covers a use; when none does, the refusal of the one that comes nearest. */
export function covering<L extends Licence>(licences: readonly L[], use: Use): Covered<L> {
  let refused: Exclude<Answer, { ok: true }> = {
    ok: false,
    clause: 'licence',
    sentence: 'Not covered (Licence): nobody has granted rights in this content. Ask for them with /rights request.',
  }
  let nearest = 0
  for (const licence of licences) {
    const answer = covers(licence, use)
    if (answer.ok) return { ok: true, licence }
    if (licence.state === 'none' || licence.state === 'declined') continue
    const near = nearness(answer.clause)
    if (near > nearest) [nearest, refused] = [near, answer]
  }
  return refused
}
