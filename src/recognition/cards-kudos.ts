import { type Block, type Card, card, type Part, paragraph, small, strong, table, text, toned } from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'

/** The answer to the giver. Whoever goes by an alias or by no name is not named: it would tell who is behind the account. */
export function thankedCard(name: Part | null, { left, of }: Allowance): Card {
  const more = left === 0 ? `That was your last one: 0 of ${of} left today.` : `${left} of ${of} left today.`
  return toned('good', card('Thank you sent', paragraph(name === null ? 'They read it.' : text`${name} reads it.`), small(more)))
}

type Allowance = { left: number; of: number }

/** The one card of a day about what somebody gave by reactions; `missed` is why the last of them did not count. */
export function reactedCard(
  day: string,
  { left, of }: Allowance,
  missed: { sentence: string; fix: string | undefined } | null,
): Card {
  return card(
    `Kudos you gave on ${day}`,
    `${left} of ${of} left today.`,
    missed !== null && paragraph(text`Your last reaction did not count: ${missed.sentence}${missed.fix ? ` ${missed.fix}` : ''}`),
  )
}

export type Thanks = { from: Part; note: string | null }

const LINES = 20

/** All thanks of one day to one creator, in their private place. */
export function thanksCard(day: string, thanks: readonly Thanks[]): Card {
  const more = thanks.length - LINES
  return toned(
    'good',
    card(
      `Kudos for you on ${day}`,
      ...thanks
        .slice(0, LINES)
        .map(
          ({ from, note }): Block =>
            paragraph(note === null ? text`${strongly(from)} thanked you.` : text`${strongly(from)} thanked you: ${note}`),
        ),
      more > 0 && small(`… and ${more} more.`),
    ),
  )
}

const strongly = (name: Part): Part => (typeof name === 'string' ? strong(name) : name)

export type KudosOfDay = { named: { name: Part; count: number }[]; rest: number; givers: number }

/** All kudos of one day in #wins, edited as they come. */
export function kudosCard(day: string, { named, rest, givers }: KudosOfDay): Card {
  return card(
    `Kudos of ${day}`,
    named.length > 0 &&
      table(
        ['Creator', 'Kudos'],
        named.map((row) => [row.name, String(row.count)]),
        { align: ['left', 'right'] },
      ),
    rest > 0 && paragraph(`${named.length > 0 ? 'And ' : ''}${rest} for creators who are not named here.`),
    small(`From ${plural(givers, 'creator')}. Thank someone with /kudos.`),
  )
}
