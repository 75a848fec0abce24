/**
 * The law of badges: each is data. It is reached once, when its number is, and stays, whatever is given back later. It is told to its
 * creator and, where they go by a name, in #wins, never with an amount; and it is a role on the doors.
 */

export type BadgeMeasure = 'sales' | 'approvals' | 'clicks' | 'streak'

export type Badge = { kind: string; measure: BadgeMeasure; at: number; title: string; says: string }

export const badges = [
  { kind: 'first_sale', measure: 'sales', at: 1, title: 'First sale', says: 'made their first sale' },
  { kind: 'first_approval', measure: 'approvals', at: 1, title: 'First approval', says: 'had their first content approved' },
  { kind: 'orders_10', measure: 'sales', at: 10, title: '10 orders', says: 'brought 10 orders' },
  { kind: 'orders_50', measure: 'sales', at: 50, title: '50 orders', says: 'brought 50 orders' },
  { kind: 'orders_100', measure: 'sales', at: 100, title: '100 orders', says: 'brought 100 orders' },
  { kind: 'clicks_1000', measure: 'clicks', at: 1_000, title: '1,000 clicks', says: 'brought 1,000 visits' },
  { kind: 'streak_4', measure: 'streak', at: 4, title: '4 weeks in a row', says: 'was there 4 weeks in a row' },
  { kind: 'streak_8', measure: 'streak', at: 8, title: '8 weeks in a row', says: 'was there 8 weeks in a row' },
  { kind: 'streak_12', measure: 'streak', at: 12, title: '12 weeks in a row', says: 'was there 12 weeks in a row' },
] as const satisfies readonly Badge[]

export type BadgeKind = (typeof badges)[number]['kind']

export const badgeNamed = (kind: string): Badge | undefined => badges.find((badge) => badge.kind === kind)

/** A badge as a role on the doors, which show it under its own name. */
export const badgeRole = (badge: Pick<Badge, 'title'>): string => `badge:${badge.title}`

/** Those that this number reaches and that are not there yet, least first. The firsts have a way of their own and are left out. */
export function reachedBadges(measure: BadgeMeasure, value: number, has: ReadonlySet<string>): Badge[] {
  return badges.filter((badge) => badge.measure === measure && badge.at > 1 && badge.at <= value && !has.has(badge.kind))
}

/** The next one on the way and what is missing for it; undefined when there is none. */
export function nextBadge(measure: BadgeMeasure, value: number): (Badge & { missing: number }) | undefined {
  const next = badges.find((badge) => badge.measure === measure && badge.at > value)
  return next && { ...next, missing: next.at - value }
}
