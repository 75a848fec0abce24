// A roster is all the creators of a program as its managers look at them: by state, tag, niche, by how long nothing was heard of them
// and by what they sold. A tag is a short word in one form, so that "Summer 26" and "summer-26" are one tag. What is done with many
// at once is fixed when it is shown: whoever comes to fit the filter meanwhile is not meant.
import { plural } from '../kernel/plural.ts'
import { Refusal } from '../kernel/refusal.ts'

export const states = ['candidate', 'invited', 'applied', 'approved', 'declined', 'paused', 'banned', 'left'] as const

/** Which creators are meant; what is missing does not matter. */
export type Filter = {
  state?: string | undefined
  /** A tag or a tier. */
  tag?: string | undefined
  niche?: string | undefined
  /** Approved, and for this many days no sale and nothing handed in. */
  inactive?: number | undefined
  /** At least this many sales. */
  sales?: number | undefined
}

const MOST_TAGS = 20

/** The tags in what someone typed, in one form each. Throws Refusal('invalid') for what can be none. */
export function parseTags(typed: string, field = 'tags'): string[] {
  const tags = typed
    .split(/[,;|\n]/)
    .map((tag) => tag.normalize('NFKC').trim().replace(/^#/, '').toLowerCase().replace(/\s+/g, '-'))
    .filter((tag) => tag !== '')
  const bad = tags.find((tag) => !/^[\p{L}\p{N}][\p{L}\p{N}_.+-]{0,29}$/u.test(tag))
  if (bad !== undefined)
    throw new Refusal('invalid', `“${bad.slice(0, 40)}” is no tag.`, 'Use words of up to 30 letters, with commas between.', field)
  if (tags.length > MOST_TAGS) throw new Refusal('over_limit', `These are more than ${MOST_TAGS} tags.`, 'Give fewer.', field)
  return [...new Set(tags)]
}

/** The filter in words: “approved, tag vip, no sale or content for 30 days”. */
export function sayFilter(filter: Filter): string {
  const parts = [
    filter.state,
    filter.tag && `tag or tier ${filter.tag}`,
    filter.niche,
    filter.inactive !== undefined && `no sale or content for ${filter.inactive} days`,
    filter.sales !== undefined && `at least ${plural(filter.sales, 'sale')}`,
  ]
  return parts.filter(Boolean).join(', ')
}

const EVERYBODY = 'all'

/** The filter in one word, so that a button can carry it into a form that asks for something else. */
export const writeFilter = (filter: Filter): string => new URLSearchParams(givenOf(filter)).toString() || EVERYBODY

/** The filter that was written. Throws Refusal('invalid') for anything else. */
export function readFilter(written: string): Filter {
  const parts = Object.fromEntries(written === EVERYBODY ? [] : new URLSearchParams(written))
  const { state, tag, niche, inactive, sales, ...others } = parts
  const count = (n: string | undefined) => (n === undefined ? undefined : Number(n))
  const filter = { state, tag, niche, inactive: count(inactive), sales: count(sales) }
  const whole = [filter.inactive, filter.sales].every((n) => n === undefined || (Number.isSafeInteger(n) && n > 0))
  if (!whole || Object.keys(others).length > 0 || (state !== undefined && !states.some((one) => one === state)))
    throw new Refusal('invalid', 'This filter can not be read.', 'Choose it again in /creator list.', 'who')
  return filter
}

/** The filter as a button carries it. */
export const givenOf = (filter: Filter): Record<string, string> =>
  Object.fromEntries(Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])))
