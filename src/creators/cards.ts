import type { Creator, TermsVersion } from '../db/generated/client.ts'
import {
  type Button,
  buttons,
  type Card,
  card,
  code,
  facts,
  moment,
  paragraph,
  person,
  small,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { percent } from '../kernel/money.ts'
import type { TermsSummary } from '../programs/rules.ts'
import { nameAndHandle, reasonSays, roleBy, stepOf } from './rules.ts'
import { countryName } from './rules-countries.ts'
import { wasIn } from './rules-standing.ts'

const about = (creator: Creator, locale: string) => ({
  Handle: [creator.handle],
  Niche: [creator.niche],
  Country: [countryName(creator.country, locale)],
})

const readAll: Button = { label: 'Read all', run: 'terms read' }
const acceptButton = (termsId: string): Button => ({
  label: 'Accept',
  run: 'terms accept',
  given: { terms: termsId },
  look: 'main',
})

/** The terms in five lines, with the way to the whole text and to accepting them. `rateBps` is what this person was offered. */
export function termsCard(terms: TermsVersion, rateBps: number | null, title = 'The terms in five lines'): Card {
  const lines = (terms.summary as TermsSummary).map(
    (line) => [line.label, line.label === 'Rate' ? rateLine(line.says, rateBps) : line.says] as const,
  )
  return card(
    title,
    facts(Object.fromEntries(lines)),
    small([`Version ${terms.version}. Accepting it sends your application.`]),
    buttons(acceptButton(terms.id), readAll),
  )
}

const rateLine = (says: string, rateBps: number | null): string =>
  rateBps === null ? says : `${percent(rateBps)} of each order you bring: your own rate. After discounts, tax and shipping.`

/** The whole text; `open` while the reader can still accept it. */
export function termsTextCard(terms: TermsVersion, open: boolean): Card {
  const lines = terms.text.split('\n').filter((line) => line !== '')
  return card(
    lines[0] ?? 'Terms',
    ...lines.slice(1),
    small([`Version ${terms.version}.`]),
    open && buttons(acceptButton(terms.id)),
  )
}

/** After Accept: what happens next, which depends on where the person stands. */
export function acceptedCard(creator: Creator, answerHours: number): Card {
  if (creator.state === 'applied') {
    return toned(
      'good',
      card(
        'Thank you. Your application is in',
        `You usually hear from us within ${inHours(answerHours)}. The answer comes to your private place.`,
      ),
    )
  }
  return toned('good', card('Thank you', 'You have accepted the terms in force.'))
}

/** Why /apply has nothing to do, and what comes next; null when the person may apply. */
export function nextStepCard(creator: Creator | null, answerHours: number, now: Date, zone: string): Card | null {
  switch (stepOf(creator, now, zone)) {
    case 'apply':
    case 'accept':
      return null
    case 'wait':
      return card(
        'We have your application',
        `You usually hear from us within ${inHours(answerHours)}.`,
        buttons({ label: 'Edit profile', run: 'profile edit', given: { '?': 'form' } }),
      )
    case 'creator':
      return card(
        'You are already in',
        'Your kit is pinned in your private place.',
        buttons({ label: 'Show link', run: 'link', look: 'main' }, { label: 'Show code', run: 'code' }),
      )
    case 'later':
      return toned('warn', card('Not yet', paragraph(text`You may apply again on ${moment(creator!.againAt!)}.`)))
    case 'closed':
      return toned('warn', card('You cannot apply here', 'If you think this is wrong, write to the team.'))
  }
}

/** What a creator reads about where they stand when they are in no longer, or not just now. Who never was in has no links to speak of. */
export const standingOf = (creator: Creator): { title: string; says: string } | undefined =>
  creator.state === 'banned' && !wasIn(creator)
    ? {
        title: 'Your application is closed',
        says: 'You cannot apply here again. If you think this is wrong, write to the team.',
      }
    : standingWords[creator.state]

type StatusView = { program: string; answerHours: number; locale: string }

const standingWords: Record<string, { title: string; says: string }> = {
  paused: {
    title: 'You are paused',
    says: 'Your links still lead shoppers to the shop, and new orders earn nothing until the team lets you go on. What you earned stays yours.',
  },
  banned: {
    title: 'You are no longer part of the program',
    says: 'Your links still work for shoppers and earn nothing. What you had handed in and nobody has decided is withdrawn. What you earned before is paid at the next payday after its hold.',
  },
  left: {
    title: 'You have left the program',
    says: 'Your links still work for shoppers and earn nothing. What you earned is paid at the next payday after its hold. You may apply again whenever you like.',
  },
}

/** The live card of the private place: waiting for terms, waiting, approved, declined. */
export function statusCard(creator: Creator, view: StatusView): Card {
  const facts_ = facts({ ...about(creator, view.locale), Applied: [moment(creator.appliedAt)] })
  if (creator.state === 'declined') {
    const again: Text = creator.againAt
      ? text`You may apply again on ${moment(creator.againAt)}.`
      : ['You may apply again any time.']
    return card(
      'Not this time',
      `Thank you for asking to join ${view.program}.`,
      reasonSays(creator.declineReason ?? 'other'),
      !!creator.declineNote && paragraph(text`The team says: ${creator.declineNote ?? ''}`),
      paragraph(again),
    )
  }
  const standing = standingOf(creator)
  if (standing) return toned('warn', card(standing.title, standing.says))
  if (creator.state !== 'applied')
    return toned('good', card(`Welcome to ${view.program}, ${creator.name}`, 'You are in. Your kit is pinned here too.'))
  if (creator.termsAt)
    return card(
      'We have your application',
      `You usually hear from us within ${inHours(view.answerHours)}. This card will tell you.`,
      facts_,
    )
  return card(
    'One step left',
    'Read the terms and accept them. Then we look at your application.',
    facts_,
    buttons({ label: 'Read terms', run: 'terms read', look: 'main' }),
  )
}

/** A short post beside the silent change of the status card. */
export const declinedCard = (creator: Creator): Card =>
  card('Your application has an answer', `It did not work out this time, ${creator.name}. The reason is on your status card.`)

/** For whoever earns again: after a pause, or let in once more. */
export const backCard = (): Card =>
  toned('good', card('You are back', 'New orders through your link and code earn again from now on.'))

/** The card managers decide on. */
export function applicationCard(creator: Creator, hints: string[], locale: string): Card {
  const given = { creator: creator.id }
  return card(
    `${creator.name} would like to join`,
    facts({ ...about(creator, locale), Applied: [moment(creator.appliedAt, 'full')] }),
    ...hints.map((hint) => small([hint])),
    buttons(
      { label: 'Approve', run: 'creator approve', given, look: 'main' },
      { label: 'Decline', run: 'creator decline', given, look: 'danger' },
    ),
  )
}

/** The same card once decided: one line. */
export function decidedCard(creator: Creator, by: { personId: string; name: string }): Card {
  const did = creator.state === 'approved' ? 'Approved' : 'Declined'
  const line = text`${did} by ${person(by.personId, by.name)}, ${moment(creator.decidedAt ?? creator.appliedAt)}.`
  return toned(creator.state === 'approved' ? 'good' : 'plain', card(nameAndHandle(creator), paragraph(line)))
}

/** An application that needs no answer any more. */
export const bannedApplicantCard = (creator: Creator, by: { personId: string; name: string }, at: Date): Card =>
  card(nameAndHandle(creator), paragraph(text`Banned by ${person(by.personId, by.name)}, ${moment(at)}.`))

/** The answer to the manager who decided, with the way to whoever waits next. */
export function decisionCard(creator: Creator, left: number): Card {
  const approved = creator.state === 'approved'
  const shown = card(
    approved ? `${creator.name} is in` : `${creator.name} was declined`,
    approved
      ? `The kit is on its way to ${creator.name}'s private place.`
      : paragraph(text`${creator.name} reads the reason, and may apply again on ${moment(creator.againAt!)}.`),
    left > 0 && `${left === 1 ? 'One application waits' : `${left} applications wait`}.`,
    left > 0 && buttons({ label: 'See next', run: 'creator list', given: { state: 'applied' }, look: 'main' }),
  )
  return toned(approved ? 'good' : 'plain', shown)
}

/** What a creator says of themselves. */
export function profileCard(creator: Creator, locale: string, title = 'Your profile'): Card {
  return card(
    title,
    facts({ Name: [creator.name], ...about(creator, locale), 'E-mail': [creator.email], Status: [creator.state] }),
    buttons({ label: 'Edit profile', run: 'profile edit', given: { '?': 'form' }, look: 'main' }),
  )
}

export type Decided = { at: Date; by: string; did: string }
export type CreatorFacts = {
  locale: string
  rate: Text
  /** The tier they have, by hand or by their sales. */
  tier: Text | null
  decisions: Decided[]
  /** What the rooms to the right know: sales, balances, clicks. */
  numbers: Record<string, Text>
  links: { slug: string; url: string }[]
  code: string | null
  /** What the team noted, newest first. */
  notes: { at: Date; by: string; words: string }[]
}

/** All about one creator, for managers. */
export function creatorCard(creator: Creator, known: CreatorFacts): Card {
  const given = { creator: creator.id }
  return card(
    nameAndHandle(creator),
    facts({
      Status: [creator.state],
      Niche: [creator.niche],
      Country: [countryName(creator.country, known.locale)],
      'E-mail': [creator.email],
      Applied: [moment(creator.appliedAt)],
      Terms: creator.termsAt ? [moment(creator.termsAt)] : ['not accepted yet'],
      Rate: known.rate,
      ...(creator.handles.length > 0 ? { 'Also as': [creator.handles.join(', ')] } : {}),
      ...(known.tier === null ? {} : { Tier: known.tier }),
      ...(creator.tags.length > 0 ? { Tags: [creator.tags.join(', ')] } : {}),
    }),
    Object.keys(known.numbers).length > 0 && facts(known.numbers),
    known.links.length > 0 &&
      facts(Object.fromEntries(known.links.map((l, i) => [i === 0 ? 'Link' : `Link ${i + 1}`, [code(l.url)]]))),
    known.code !== null && facts({ Code: [code(known.code)] }),
    known.decisions.length > 0 &&
      table(
        ['When', 'Who', 'Decision'],
        known.decisions.map((d) => [moment(d.at), d.by, d.did]),
      ),
    known.notes.length > 0 &&
      table(
        ['When', 'Who', 'Note'],
        known.notes.map((note) => [moment(note.at), note.by, note.words]),
        { caption: 'Notes, for the team alone' },
      ),
    creator.state === 'applied' &&
      creator.termsAt !== null &&
      buttons(
        { label: 'Approve', run: 'creator approve', given, look: 'main' },
        { label: 'Decline', run: 'creator decline', given, look: 'danger' },
      ),
    buttons(
      { label: 'Add note', run: 'creator note', given },
      { label: 'Change tags', run: 'creator tag', given: { ...given, '?': 'form' } },
      roleBy(creator) === 'creator' && { label: 'Change rate', run: 'creator rate', given: { ...given, '?': 'form' } },
      creator.state === 'approved' && { label: 'Pause', run: 'creator pause', given, look: 'danger' },
      creator.state === 'paused' && { label: 'Let go on', run: 'creator resume', given },
      (creator.state === 'invited' || creator.state === 'candidate') && { label: 'Make a new link', run: 'creator renew', given },
    ),
  )
}

/** 24 → "24 hours", 72 → "3 days". */
const inHours = (hours: number): string =>
  hours >= 48 && hours % 24 === 0 ? `${hours / 24} days` : hours === 1 ? 'an hour' : `${hours} hours`
