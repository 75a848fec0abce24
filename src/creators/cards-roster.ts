import type { Creator } from '../db/generated/client.ts'
import {
  type Button,
  buttons,
  type Card,
  card,
  choice,
  code,
  facts,
  moment,
  paragraph,
  small,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import type { Act, Plan } from './bulk.ts'
import type { OpenInvite } from './invites.ts'
import { nameAndHandle } from './rules.ts'
import { countryName } from './rules-countries.ts'
import { type Filter, givenOf, sayFilter, writeFilter } from './rules-roster.ts'

export type RosterView = { filter: Filter; page: number; pages: number; total: number; locale: string }

/** One page of creators; picking one opens it, and what the filter means can be done with all of them. */
export function rosterCard(rows: Creator[], view: RosterView): Card {
  const { filter, page, pages, total } = view
  const onlyApplied = filter.state === 'applied' && Object.keys(givenOf(filter)).length === 1
  const said = sayFilter(filter)
  const title = onlyApplied ? 'Applications that wait' : said === '' ? 'Creators' : `Creators: ${said}`
  const find: Button = { label: 'Filter list', run: 'creator list', given: { '?': 'form' } }
  if (rows.length === 0) {
    if (onlyApplied) return card(title, 'Nobody waits. All applications are answered.')
    return said === '' ? card(title, 'There are none yet.') : card(title, 'Nobody fits this filter.', buttons(find))
  }
  const given = (to: number) => ({ ...givenOf(filter), page: String(to) })
  return card(
    title,
    table(
      ['Name', 'Handle', 'Niche', 'Country', 'State', 'Tags', 'Applied'],
      rows.map((c) => [
        c.name,
        c.handle,
        c.niche,
        countryName(c.country, view.locale),
        c.state,
        [c.tier, ...c.tags].filter((tag) => tag !== null).join(', '),
        moment(c.appliedAt),
      ]),
      { caption: `${total} in all, page ${page} of ${pages}` },
    ),
    choice(
      'Open',
      'creator show',
      'creator',
      rows.map((c) => ({ label: nameAndHandle(c).slice(0, 75), value: c.id })),
    ),
    buttons(
      page > 1 && { label: 'Go back', run: 'creator list', given: given(page - 1) },
      page < pages && { label: 'See more', run: 'creator list', given: given(page + 1) },
      find,
    ),
    small([total === 1 ? 'With this one:' : `With all ${total}:`]),
    buttons(
      { label: 'Tag all', run: 'creator bulk tag', given: { who: writeFilter(filter) } },
      { label: 'Message all', run: 'creator bulk message', given: { who: writeFilter(filter) } },
      { label: 'Make claim links', run: 'creator bulk invite', given: { who: writeFilter(filter) } },
      { label: 'Pause all', run: 'creator bulk pause', given: { who: writeFilter(filter) }, look: 'danger' },
    ),
  )
}

/** What would happen to whom, before anything does. */
export function planCard({ bulk, meant, without }: Plan, filter: Filter, preview?: Card): Card {
  const said = sayFilter(filter)
  const what: Record<Act, string> = {
    tag: `Put ${bulk.words.split(',').join(', ')} on ${plural(meant, 'creator')}?`,
    message: `Write to ${plural(meant - without, 'creator')}?`,
    pause: `Pause ${plural(meant, 'creator')}?`,
    invite: '',
  }
  const notes: Record<Act, string> = {
    tag: 'Nobody is told of tags.',
    message: `It comes to their private places, outside their quiet hours.${filter.state === undefined ? ' Who has left, was declined or is banned is not among them.' : ''}`,
    pause: 'Only those who are approved are paused. Their links work on and new orders earn nothing. Each of them is told.',
    invite: '',
  }
  const act = bulk.act as Act
  return card(
    what[act],
    said !== '' && `These are all creators with: ${said}.`,
    ...(preview ? [facts({ 'They will read': [preview.title] }), ...preview.blocks] : []),
    small([notes[act]]),
    act === 'message' &&
      without > 0 &&
      small([`${plural(without, 'creator')} ${without === 1 ? 'has' : 'have'} no account yet and cannot be reached here.`]),
    meant - (act === 'message' ? without : 0) > 0 &&
      buttons({
        label: { tag: 'Tag them', message: 'Send message', pause: 'Pause them', invite: '' }[act],
        run: 'creator confirm',
        given: { bulk: bulk.id },
        look: act === 'pause' ? 'danger' : 'main',
      }),
  )
}

/** What was done with how many. */
export function bulkDoneCard(act: Act, done: number): Card {
  const said: Record<Act, string> = {
    tag: `${plural(done, 'creator')} tagged`,
    message: `The message goes to ${plural(done, 'creator')}`,
    pause: `${plural(done, 'creator')} paused`,
    invite: '',
  }
  return toned('good', card(said[act], buttons({ label: 'See creators', run: 'creator list' })))
}

/** The way to the page that makes claim links for many, as a file that is shown once. */
export function claimLinksCard(view: { without: number; meant: number; url: string; minutes: number }): Card {
  if (view.without === 0) return card('Everybody is here already', 'All of these creators have an account. Nobody needs a link.')
  return card(
    `Claim links for ${plural(view.without, 'creator')}`,
    'The button opens a page that makes a link for each of them and gives you one file for your mailing.',
    view.meant > view.without &&
      small([
        `${plural(view.meant - view.without, 'creator has an account and needs', 'creators have an account and need')} none.`,
      ]),
    small([`The button works once, within ${view.minutes} minutes, and signs you in.`]),
    buttons({ label: 'Get claim links', url: view.url }),
  )
}

/** A fresh invitation: the address is shown this once. */
export function invitedCard(view: {
  creator: Creator
  url: string
  rate: string
  note?: string | undefined
  days: number
}): Card {
  const { creator } = view
  return toned(
    'good',
    card(
      `The invitation for ${creator.name}`,
      paragraph(text`Send them this address, and nobody else. It works once, for ${view.days} days, and is not shown again.`),
      paragraph(code(view.url)),
      facts({
        Rate: [view.rate],
        ...(view.note === undefined ? {} : { 'They read': [view.note] }),
        Then: [creator.autoApprove ? 'They are in as soon as they accept the terms.' : 'You decide as on any application.'],
      }),
      buttons(
        { label: 'See invitations', run: 'creator invitations' },
        { label: 'Revoke', run: 'creator revoke', given: { creator: creator.id }, look: 'danger' },
      ),
    ),
  )
}

/** The open invitations, each with the way to end it or to make a new address. */
export function invitationsCard(rows: OpenInvite[], total: number, rateOf: (creator: Creator) => string): Card {
  if (rows.length === 0)
    return card('No invitation is open', buttons({ label: 'Invite someone', run: 'creator invite', look: 'main' }))
  const pick = rows.map(({ creator }) => ({ label: nameAndHandle(creator).slice(0, 75), value: creator.id }))
  return card(
    total === 1 ? 'One open invitation' : `${total} open invitations`,
    table(
      ['Name', 'Rate', 'Invited by', 'Good until'],
      rows.map(({ creator, expiresAt, by }) => [creator.name, rateOf(creator), by ?? 'Troupe', moment(expiresAt)]),
    ),
    total > rows.length && small([`${rows.length} of ${total}, those that end first.`]),
    choice('Revoke', 'creator revoke', 'creator', pick),
    choice('Make a new link', 'creator renew', 'creator', pick),
    buttons({ label: 'Invite someone', run: 'creator invite', look: 'main' }),
  )
}

/** What became of one creator, with the way back to them. */
export const changedCard = (creator: Creator, title: string, ...says: string[]): Card =>
  toned('good', card(title, ...says, buttons({ label: 'Show creator', run: 'creator show', given: { creator: creator.id } })))
