import type { Code } from '../db/generated/client.ts'
import {
  type Block,
  buttons,
  type Card,
  card,
  code,
  facts,
  moment,
  paragraph,
  small,
  type Text,
  text,
  toned,
} from '../kernel/card.ts'
import { offText, offUntil } from './cards-offers.ts'
import type { Running } from './rules-offers.ts'

export type CodeView = {
  code: string
  percent: number
  state: string
  endReason: string | null
  endedAt: Date | null
  /** Every connected shop that was asked for it. */
  shops: { name: string; state: string }[]
}

export type OwnCodes = {
  own: CodeView
  /** What runs now. */
  offer?: Running | undefined
  id: string
  /** A name that was chosen and is being made in the shops. */
  wanted: CodeView | null
  /** Codes before that still count. */
  fading: CodeView[]
  mayChoose: boolean
  /** To put under a post. */
  caption: string
}

const states: Record<string, string> = {
  wanted: 'being made',
  changing: 'being changed',
  live: 'live in the shop',
  taken: 'taken there, another one is made',
  failed: 'could not be made yet; the team knows',
  ended: 'ended in the shop; the team knows',
}

const stateWords = (state: string): string => states[state] ?? state

const standing = ({ shops }: CodeView): Block[] =>
  shops.length === 0 ? [] : [facts(Object.fromEntries(shops.map((shop) => [shop.name, [stateWords(shop.state)]])))]

/** The code, what it does, where it stands, and a caption to copy. */
export function codeCard({ own, offer, id, wanted, fading, mayChoose, caption }: OwnCodes): Card {
  return card(
    'Your code',
    ...codeWords(own, offer),
    ...standing(own),
    ...(wanted
      ? [paragraph(text`${code(wanted.code)}, which you chose, takes its place as soon as it is live.`), ...standing(wanted)]
      : []),
    ...fading.map((old) => small(fadingLine(old))),
    small(['A caption to copy:']),
    paragraph(code(caption)),
    buttons(
      { label: 'Show link', run: 'link' },
      mayChoose && !wanted && { label: 'Choose your own code', run: 'code', given: { '?': 'form' } },
      { label: 'Replace code', run: 'rotate', given: { code: id, '?': 'form' } },
    ),
  )
}

function codeWords(own: CodeView, offer: Running | undefined): Block[] {
  const now = paragraph(text`${code(own.code)} takes ${offText(own.percent, offer)} for shoppers, and the sale counts for you.`)
  const until = offUntil(own.percent, offer)
  if (until) return [now, small(until)]
  if (!offer) return [now]
  return [now, paragraph(text`“${offer.name}” is on until ${moment(offer.ends, 'full')}: ${offer.words ?? 'tell your people'}.`)]
}

const fadingLine = ({ code: old, endedAt }: CodeView): Text =>
  endedAt ? text`${code(old)} still counts until ${moment(endedAt)}.` : text`${code(old)} has ended.`

/** What became of a choice. */
export function chosenCard(fresh: CodeView, before: { code: string; until: Date } | null, offer: Running | undefined): Card {
  const until = offUntil(fresh.percent, offer)
  if (fresh.state === 'wanted')
    return card(
      `${fresh.code} is being made`,
      'You hear from us as soon as it is live in the shop. Until then the code you have goes on.',
      ...standing(fresh),
      buttons({ label: 'Show code', run: 'code' }),
    )
  return toned(
    'good',
    card(
      `Your code is ${fresh.code}`,
      paragraph(text`It takes ${offText(fresh.percent, offer)} for shoppers, and the sale counts for you.`),
      until !== undefined && small(until),
      before !== null &&
        paragraph(text`${code(before.code)} still counts until ${moment(before.until)}, so posts that name it go on earning.`),
      buttons({ label: 'Show code', run: 'code', look: 'main' }),
    ),
  )
}

export function choiceLiveCard(fresh: Pick<Code, 'code' | 'percent'>, shop: string, offer: Running | undefined): Card {
  const off = offText(fresh.percent, offer)
  const until = offUntil(fresh.percent, offer)
  return toned(
    'good',
    card(
      `${fresh.code} is live`,
      paragraph(text`${shop} takes ${off} for it, and every sale with it counts for you. Your code before goes on for a while.`),
      until !== undefined && small(until),
      buttons({ label: 'Show code', run: 'code', look: 'main' }),
    ),
  )
}

export const choiceTakenCard = (name: string, shop: string, near: string[]): Card =>
  toned(
    'warn',
    card(
      `${name} is taken`,
      `${shop} has a discount of that name already, so it cannot be yours. Your choice is still open.`,
      near.length > 0 && paragraph(text`Free are ${code(near[0]!)}${near[1] === undefined ? [] : text` and ${code(near[1])}`}.`),
      buttons({ label: 'Choose another code', run: 'code', given: { '?': 'form' }, look: 'main' }),
    ),
  )

const whyEnded: Record<string, string> = {
  leaked: 'It was found where nobody follows you, so it ended at once.',
  asked: 'You or the team asked for another one.',
}

/** For the creator alone: the old code, the new one, and how it stands. */
export function renewedCard(
  old: Pick<Code, 'code' | 'endReason' | 'endedAt'>,
  fresh: CodeView,
  offer: Running | undefined,
): Card {
  const off = offText(fresh.percent, offer)
  const until = offUntil(fresh.percent, offer)
  return card(
    `Your code is now ${fresh.code}`,
    paragraph(text`${code(old.code)} is over. ${whyEnded[old.endReason ?? ''] ?? ''}`),
    paragraph(text`${code(fresh.code)} takes ${off}. Tell it to your people alone, and change it in your posts.`),
    until !== undefined && small(until),
    old.endedAt !== null &&
      small(
        text`Orders with the old code count if they came before ${moment(old.endedAt, 'full')}; what you earned with it stays yours.`,
      ),
    ...standing(fresh),
    buttons({ label: 'Show code', run: 'code', look: 'main' }),
  )
}

/** For the creator, when a code that went on beside the one they chose ended at once. */
export const fadedOverCard = (old: Pick<Code, 'code' | 'endReason'>): Card =>
  card(
    `${old.code} is over`,
    `${whyEnded[old.endReason ?? '']} The code that you chose goes on, and what you earned with the old one stays yours.`,
    buttons({ label: 'Show code', run: 'code' }),
  )

/** For whoever rotated it. */
export function rotatedCard(
  old: Pick<Code, 'code'>,
  creator: { name: string; state: string },
  { own, renewed, inShops }: { own: boolean; renewed: boolean; inShops: boolean },
): Card {
  const theirs = `${creator.name} has the new one in their private place, and only there.`
  const here = creator.state === 'approved' || creator.state === 'paused'
  const none = here
    ? 'The code that came in its place stays as it is.'
    : `${creator.name} is in the program no longer and gets no new one.`
  return toned(
    'good',
    card(
      `${old.code} is over`,
      inShops
        ? 'It ends in the shop now; orders before keep their credit.'
        : 'Orders before keep their credit; end it in your shop too.',
      renewed ? (own ? 'Your new code is in your private place.' : theirs) : none,
      own && renewed && buttons({ label: 'Show code', run: 'code', look: 'main' }),
    ),
  )
}

/** For managers, when a creator replaced an own code. */
export const replacedNewsCard = (old: Pick<Code, 'code'>, creator: { id: string; name: string }, renewed: boolean): Card =>
  card(
    renewed ? `${creator.name} replaced their code` : `${creator.name} ended their old code`,
    paragraph(text`${code(old.code)} ended, because they say that it leaked.${renewed ? ' They have a new one.' : ''}`),
    buttons({ label: 'Show creator', run: 'creator show', given: { creator: creator.id } }),
  )

type Broken = { code: string; shop: string } & (
  | { mended: true }
  | { doing: 'made' | 'changed' | 'ended'; why: string; fix: string; outboxId: string }
)

/** A fix-it card for managers, which turns good once it is mended. */
export function brokenCard(broken: Broken): Card {
  if ('mended' in broken) return toned('good', card(`${broken.code} is right in ${broken.shop} again`, 'Nothing is left to do.'))
  const { code: name, shop, doing, why, fix, outboxId } = broken
  return toned(
    'warn',
    card(
      `${name} could not be ${doing} in ${shop}`,
      why,
      fix,
      doing === 'changed' && 'Until then it takes off what it did before.',
      doing === 'ended' && 'Orders with it are no longer credited, but shoppers still get the discount.',
      buttons({ label: 'Try again', run: 'retry', given: { post: outboxId }, look: 'main' }),
    ),
  )
}

type Gone = { code: string; shop: string; source: string; renamed: string | undefined }

export const goneInShopCard = ({ code: name, shop, source, renamed }: Gone): Card =>
  toned(
    'warn',
    card(
      renamed === undefined ? `${name} was ended in ${shop}` : `${name} is called ${renamed} in ${shop} now`,
      'It was not done from here. Shoppers no longer get the discount, and its creator still tells it.',
      renamed !== undefined && `Orders with ${renamed} are credited to nobody.`,
      buttons({ label: 'Make it again', run: 'setup shop', given: { codes: source }, look: 'main' }),
    ),
  )
