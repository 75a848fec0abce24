import type { Erasure } from '../db/generated/client.ts'
import { buttons, type Card, card, facts, moment, money, paragraph, small, table, text, toned } from '../kernel/card.ts'
import { countOf, type Section } from '../kernel/personal.ts'
import { plural } from '../kernel/plural.ts'
import type { Outlook, Owed, Waiting } from './service.ts'

const deleteButton = { label: 'Delete my data', run: 'privacy delete', look: 'danger' } as const

/** What is kept about the reader, for what and how long. */
export function showCard(sections: readonly Section[], wish: Erasure | null): Card {
  const there = sections.filter((section) => countOf(section) > 0)
  return card(
    'What is kept about you',
    table(
      ['What', 'Rows', 'For what', 'How long'],
      there.map((section) => [section.name, countOf(section), section.about, section.until]),
      { align: ['left', 'right', 'left', 'left'] },
    ),
    small(
      'Shoppers who follow your links are counted and not known by name. Account numbers, addresses and tax details lie encrypted.',
    ),
    wish !== null && paragraph(text`You asked to be forgotten on ${moment(wish.dueAt, 'full')}.`),
    buttons(
      { label: 'Export my data', run: 'privacy export', look: 'main' },
      wish === null ? deleteButton : wish.state === 'asked' && keepButton,
    ),
  )
}

const keepButton = { label: 'Keep my data', run: 'privacy keep', look: 'main' } as const

export const exportCard = (url: string, minutes: number): Card =>
  card(
    'Your data',
    `One file with everything: as JSON, as a list for each subject, and your pictures and films. The button opens it once, for you alone, within ${minutes} minutes. It is made when you open it and stored nowhere.`,
    buttons({ label: 'Download', url }),
  )

/** What would happen, before anything does. */
export function outlookCard({ told, owed, wish, dueAt, onlyAdmin }: Outlook): Card {
  if (wish !== null) return askedCard(wish, onlyAdmin)
  const open = owed.pending.minor > 0n || owed.payable.minor > 0n || owed.paying.minor !== 0n
  return toned(
    'warn',
    card(
      'Delete my data',
      paragraph(
        text`Nothing happens before ${moment(dueAt, 'full')}. Until then you can change your mind with one press. Then you leave the program for good.`,
      ),
      told.goes.length > 0 && `This goes: ${told.goes.join(', ')}. What was posted about you here loses your name.`,
      told.anonymous.length > 0 &&
        table(
          ['Stays without your name', 'Why'],
          told.anonymous.map(({ name, why }) => [name, why]),
        ),
      told.stays.length > 0 &&
        table(
          ['Stays for now', 'How many', 'Why'],
          told.stays.map(({ name, rows, why }) => [name, rows, why]),
          { align: ['left', 'right', 'left'] },
        ),
      'Links and codes that are made of your name stop working. Take a copy first: /privacy export.',
      ...(open ? [owedFacts(owed), paragraph(openWords)] : []),
      owed.cases > 0 && 'A case of yours is not decided yet. That comes first, for it may change what you are paid.',
      buttons(
        {
          label: open ? 'Delete after I am paid' : 'Delete my data',
          run: 'privacy delete',
          given: { sure: 'yes' },
          look: 'danger',
        },
        open && { label: 'Delete and give up the money', run: 'privacy delete', given: { sure: 'waive' }, look: 'danger' },
        { label: 'Export my data', run: 'privacy export' },
      ),
    ),
  )
}

const openWords =
  'Money is still open. You are paid first, at the next payday after its hold and even below the minimum; your details are kept until that arrived. Or you give up what is payable then.'

const owedFacts = ({ pending, payable, paying }: Owed) =>
  facts({ 'In its hold': money(pending), Payable: money(payable), 'On its way to you': money(paying) })

/** What its owner reads until the day, and after it while they are the only admin. */
export function askedCard({ dueAt, state, waive }: Erasure, onlyAdmin: boolean): Card {
  if (state !== 'asked')
    return toned(
      'warn',
      card('You are being forgotten', 'The day has come. What is still owed is settled first, then everything goes.'),
    )
  return toned(
    'warn',
    card(
      'You will be forgotten',
      paragraph(text`On ${moment(dueAt, 'full')} your data is deleted. Nothing has changed yet.`),
      onlyAdmin &&
        'It waits while you are the only admin, for a program needs one. Make someone else admin with /team set; then it is done within a day.',
      waive
        ? 'What is payable to you by then is given up. What is still in its hold waits for that first.'
        : 'What is owed to you by then is paid first.',
      buttons(keepButton, { label: 'Export my data', run: 'privacy export' }),
    ),
  )
}

export const keptCard: Card = toned('good', card('Your data stays', 'Nothing was deleted, and nothing will be.'))

/** By mail, on the day. */
export const farewellCard = (program: string): Card =>
  card(
    'Your data is deleted',
    `As you asked, ${program} has forgotten you. The books keep what was paid, without your name. This is the last message; your address goes with it.`,
  )

/** What managers read of a wish: that it comes, what it waits for, and that it was done. */
export function comingCard(waiting: Waiting): Card {
  const { wish, name, owed } = waiting
  if (wish.state === 'done') return card('A former creator was forgotten', 'The books still balance, without a name.')
  if (wish.state === 'kept') return card(`${name} stays`, 'They took back their wish to be forgotten.')
  return toned(
    'warn',
    card(
      `${name} asked to be forgotten`,
      paragraph(
        text`Their data is deleted on ${moment(wish.dueAt, 'full')}. Until then they may change their mind; afterwards it can’t be undone.`,
      ),
      owedFacts(owed),
      waits(waiting),
      small('Content under a licence that still holds stays until its end. Pay what is owed with /payout prepare.'),
      buttons({ label: 'See all', run: 'privacy waiting' }),
    ),
  )
}

function waits({ wish: { state, waive }, onlyAdmin, owed: { pending, payable, paying, cases, atBank } }: Waiting): string {
  if (onlyAdmin) return 'It waits until somebody else is admin: /team set.'
  if (paying.minor !== 0n) return 'It waits until the payment on its way has arrived or failed.'
  if (cases > 0 && cases === atBank) return 'It waits until the shopper’s bank has decided a chargeback of theirs.'
  if (cases > 0) return 'It waits until their case is decided: /case list.'
  if (pending.minor > 0n) return 'It waits until the hold of their last sales is over.'
  if (payable.minor > 0n) return waive ? 'They give up what is payable.' : 'It waits until they are paid.'
  return state === 'asked' ? 'No money is open.' : 'Nothing is in the way; it is done within the hour.'
}

export const waitingCard = (rows: readonly Waiting[]): Card =>
  rows.length === 0
    ? card('Nobody waits to be forgotten', 'Whoever asks for it with /privacy delete stands here for two weeks.')
    : card(
        'Waiting to be forgotten',
        table(
          ['Who', 'When', 'Waits for'],
          rows.map((row) => [row.name, moment(row.wish.dueAt, 'day'), waits(row)]),
        ),
      )

/** What became of a customer's entries. */
export const customerCard = ({ entries, standing }: { entries: number; standing: number }): Card =>
  standing === 0
    ? toned(
        'good',
        card(
          entries === 1 ? 'The entry is taken back' : `${entries} entries are taken back`,
          'Words, name, address and file are deleted within a minute. That somebody agreed, and when, stays as proof.',
        ),
      )
    : toned(
        'warn',
        card(
          entries === 1 ? 'The entry is taken back' : `${entries} entries are taken back`,
          `It still stands in ${plural(standing, 'place')} that we can’t change. Take it down; then it is deleted by itself, at the latest when it has to be down.`,
          buttons({ label: 'See where', run: 'share list' }),
        ),
      )
