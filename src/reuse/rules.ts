/**
 * The law of reuse: content stands on the brand's pages, in its mails and in its ads only while a licence covers that channel, there and
 * today, and whoever shows it can name that licence. A name goes with it only where the licence has name and likeness. Pictures are shown
 * whole, so that a licence without edits is enough. What is seen and clicked is counted once per visitor and hour, without a cookie.
 */
import { isOpinion } from '../content/rules-kinds.ts'
import { cut } from '../kernel/cut.ts'

/** What a set of content is for; each is one channel of a licence. */
export const uses = { website: 'Gallery', email: 'Mail block', paid_ads: 'Ad export' } as const

export type UseOf = keyof typeof uses

/** What can be shown: a picture, a film, or the words of an opinion. */
export const showable = (kind: string, mime: string | null, caption: string): boolean =>
  mime !== null || (isOpinion(kind) && caption.trim() !== '')

/** A product as it is compared: "#Dew Serum", "dew-serum" and "DewSerum" are one. */
export const tagOf = (typed: string): string =>
  typed
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

/** Whether content is about a product: by a hashtag of its own or of its brief, or by a page that the brief names. */
export function isAbout(
  tag: string,
  content: { caption: string; hashtags: readonly string[]; links: readonly string[] },
): boolean {
  const own = content.caption.match(/[#＃][\p{L}\p{N}_]{1,100}/gu) ?? []
  const pages = content.links.flatMap((link) => link.split(/[/?#]/).slice(3))
  return [...own, ...content.hashtags, ...pages].some((word) => tagOf(word) === tag)
}

export type Brought = { views: number; clicks: number; tracked: number; orders: number; netMinor: bigint }

/** Below these a rate says more about chance than about content. */
export const ENOUGH_VIEWS = 200
export const ENOUGH_CLICKS = 50

export type Lift = {
  /** Clicks per view, and orders per tracked click; null while there are too few. */
  clickRate: number | null
  orderRate: number | null
  /** How much more often a click here becomes an order than a click on the creators' other links: 0.25 = a quarter more. */
  lift: number | null
}

export function liftOf(here: Brought, elsewhere: { clicks: number; orders: number }): Lift {
  const clickRate = here.views >= ENOUGH_VIEWS ? here.clicks / here.views : null
  const orderRate = here.tracked >= ENOUGH_CLICKS ? here.orders / here.tracked : null
  const other = elsewhere.clicks >= ENOUGH_CLICKS ? elsewhere.orders / elsewhere.clicks : null
  return { clickRate, orderRate, lift: orderRate === null || other === null || other === 0 ? null : orderRate / other - 1 }
}

/** One line of what somebody wrote, for an alt text or a headline. */
export function firstLine(caption: string, most = 120): string {
  return cut(caption.trim().split('\n', 1)[0] ?? '', most)
}

/** What stands in for a picture where it can't be seen. */
export function altOf({
  kind,
  mime,
  caption,
  by,
}: {
  kind: string
  mime: string | null
  caption: string
  by: string | null
}): string {
  const what = mime === null ? 'Words' : mime.startsWith('video/') ? 'Video' : kind === 'photo' ? 'Photo' : 'Picture'
  const said = firstLine(caption)
  return `${what} by ${by ?? 'a creator'}${said ? `: ${said}` : ''}`
}
