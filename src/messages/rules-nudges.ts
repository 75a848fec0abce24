// Nudges as data: who is reminded of what, how many local days after what, and what makes it needless. Nobody gets more than three in a
// week, and none twice.

/** What somebody may have done already; a nudge that names it falls away. */
export type Did = 'clicked' | 'claimed' | 'handed_in' | 'sold' | 'active'

export type Nudge = {
  name: string
  /** Days are counted from here: admitted, or the last thing they did. */
  since: 'admitted' | 'active'
  /** From this local day to that one; whoever missed the first, for they were paused, is told on a later one. */
  from: number
  to: number
  unless?: Did
  title: string
  says: string
  button: { label: string; run: string; given?: Record<string, string> }
}

export const nudges: Nudge[] = [
  {
    name: 'day-1',
    since: 'admitted',
    from: 1,
    to: 2,
    unless: 'clicked',
    title: 'Your link is ready',
    says: 'Put it where your people look first: your bio, or the next story. The first click is the hardest.',
    button: { label: 'Get your link', run: 'link' },
  },
  {
    name: 'day-3',
    since: 'admitted',
    from: 3,
    to: 5,
    unless: 'claimed',
    title: 'Pick your first mission',
    says: 'A mission says what to make and what it pays. The small ones are a good start.',
    button: { label: 'See missions', run: 'mission list' },
  },
  {
    name: 'day-7',
    since: 'admitted',
    from: 7,
    to: 9,
    unless: 'handed_in',
    title: 'A week with us',
    says: 'Hand in one piece this week and the team answers within a day or so. It need not be perfect.',
    button: { label: 'Hand in', run: 'submit' },
  },
  {
    name: 'day-14',
    since: 'admitted',
    from: 14,
    to: 16,
    unless: 'sold',
    title: 'What sells here',
    says: 'See which posts of others brought orders, and ask us anything that keeps you from posting.',
    button: { label: 'Ask a question', run: 'ask' },
  },
  {
    name: 'month-2',
    since: 'admitted',
    from: 31,
    to: 36,
    unless: 'active',
    title: 'We would love to see you again',
    says: 'The first month is over and it has been quiet. One small mission is enough to be back.',
    button: { label: 'See missions', run: 'mission list' },
  },
  {
    name: 'inactive',
    since: 'active',
    from: 45,
    to: 50,
    title: 'It has been quiet for a while',
    says: 'Your link still works. See what is new, or pause for a while: both are fine with us.',
    button: { label: 'See missions', run: 'mission list' },
  },
]

/** These come from where the thing itself lives; they stand here so that the whole list is in one place. */
export const elsewhere: { name: string; says: string }[] = [
  { name: 'day-0', says: 'On admission: link, code and the first mission, as the answer to the application.' },
  {
    name: 'deadline',
    says: 'A claimed mission: the day before its end, and in its last 24 hours, as the mission’s own reminder.',
  },
  { name: 'approval', says: 'Content that waits longer than promised: once a day in #managers, and in the daily brief.' },
]

export const nudgeNamed = (name: string): Nudge | undefined => nudges.find((one) => one.name === name)

/** At most so many in so many days. */
export const nudgeCap = { count: 3, days: 7 }

/** Within so many days somebody did something, for `active`. */
export const ACTIVE_DAYS = 14
