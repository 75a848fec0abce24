import { type Button, buttons, type Card, card, moment, table, text } from '../kernel/card.ts'

type Act = { at: Date; name: string; run: string; given: Record<string, string>; outcome: string }

/** A page of the trail; `older` is the press that shows the next one. */
export function trailCard(title: string, acts: readonly Act[], older: Button | undefined): Card {
  if (acts.length === 0) return card(title, 'Nobody did anything of that kind. What only looks leaves no trace here.')
  return card(
    title,
    table(
      ['When', 'Who', 'Did', 'With', 'Outcome'],
      acts.map(({ at, name, run, given, outcome }) => [
        text`${moment(at, 'full')}`,
        text`${name}`,
        text`/${run}`,
        text`${withWhat(given)}`,
        text`${outcome}`,
      ]),
      { caption: 'Newest first; what people wrote is counted, not kept' },
    ),
    older !== undefined && buttons(older),
  )
}

const withWhat = (given: Record<string, string>): string =>
  Object.entries(given)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
    .slice(0, 120)
