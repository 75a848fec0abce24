/**
 * The law of one unasked push: of all that is said to a person without having been asked for, over all kinds and doors, one thing a
 * local day rings. The first of the day goes at once; what comes after it waits, and goes the next morning as one card, or inside that
 * day's digest. On the day of a digest everything waits for it. What is exempt neither waits nor takes the day; quiet hours hold for it.
 */
export type PushRule = {
  says: string
  /** Rings beside the one of the day. */
  exempt?: true
  /** Goes before what waits, for it carries that along. */
  leads?: true
}

const pushKinds = {
  answer: { says: 'the answer to a question or a press', exempt: true },
  decision: { says: 'a decision on an own application or own content', exempt: true },
  payday: { says: 'what was paid, and its papers', exempt: true },
  security: { says: 'sign-in, addresses and accounts', exempt: true },
  last_day: { says: 'a claimed mission in its last 24 hours', exempt: true },
  digest: { says: 'the weekly digest', leads: true },
  brief: { says: 'the daily brief of a manager', leads: true },
  waited: { says: 'what waited since the day before', leads: true },
  nudge: { says: 'a hint for the next step' },
  news: { says: 'a newsletter or broadcast' },
  recap: { says: 'the month as a picture to share' },
  other: { says: 'everything else that nobody asked for' },
} as const satisfies Record<string, PushRule>

export type PushKind = keyof typeof pushKinds

export const pushRule = (kind: PushKind): PushRule => pushKinds[kind]
