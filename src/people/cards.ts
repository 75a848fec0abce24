import type { Membership } from '../db/generated/client.ts'
import {
  buttons,
  type Card,
  card,
  choice,
  code,
  facts,
  moment,
  person,
  small,
  type Text,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { sayCalendarDay } from '../kernel/time.ts'
import { alerts, doors, languages, lastPaused, reaches } from './rules.ts'

const labels = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ label, value }))
const wordFor = (words: Record<string, string>, value: string): string => words[value] ?? value

const shownChoices = { name: 'My name', alias: 'My alias', hidden: 'Hidden' } as const

export type SettingsView = {
  membership: Membership
  zone: string
  locale: string
  quietFrom: string
  quietTo: string
  now: Date
  /** Absent for people who are no creators. */
  creator: { shown: string; alias: string | null; name: string } | null
  changed: boolean
}

/** The present settings; what has few values is chosen at once, the rest opens a form. */
export function settingsCard(view: SettingsView): Card {
  const { membership, creator } = view
  const paused = membership.pausedUntil && membership.pausedUntil > view.now ? membership.pausedUntil : null
  const quiet = view.quietFrom === view.quietTo ? 'none' : `${view.quietFrom} to ${view.quietTo}`
  const entries: Record<string, Text> = {
    'Time zone': [view.zone],
    Language: [wordFor(languages, view.locale)],
    'Quiet hours': [quiet],
    'First door': [membership.door === null ? 'where you came in' : wordFor(doors, membership.door)],
    Alerts: [wordFor(alerts, membership.alerts)],
    'Digests and news': [wordFor(reaches, membership.reach)],
    Pause: [paused ? `until the end of ${sayCalendarDay(lastPaused(paused, view.zone), view.locale)}` : 'off'],
    ...(creator ? { 'On boards': [onBoards(creator)] } : {}),
  }
  const shown = card(
    view.changed ? 'Saved' : 'Your settings',
    facts(entries),
    choice('Alerts', 'settings', 'alerts', labels(alerts)),
    choice('Digests and news', 'settings', 'messages', labels(reaches)),
    choice('Language of dates and amounts', 'settings', 'language', labels(languages)),
    choice('First door', 'settings', 'door', labels(doors)),
    !!creator && choice('On boards', 'settings', 'shown', labels(shownChoices)),
    buttons(
      { label: 'Change settings', run: 'settings', given: { '?': 'form' }, look: 'main' },
      paused
        ? { label: 'End pause', run: 'settings', given: { pause: 'off' } }
        : { label: 'Pause a week', run: 'settings', given: { pause: '7' } },
    ),
  )
  return view.changed ? toned('good', shown) : shown
}

function onBoards(creator: { shown: string; alias: string | null; name: string }): string {
  if (creator.shown === 'hidden') return 'hidden'
  return creator.shown === 'alias' && creator.alias ? `as ${creator.alias}` : `as ${creator.name}`
}

type Invited = { name: string; email: string; until: Date }
const noMail = { mails: false, invited: [] }

/** Who runs the program and who was invited, with the ways to change the team. */
export function teamCard(members: Membership[], title: string, mail: { mails: boolean; invited: Invited[] } = noMail): Card {
  return card(
    title,
    table(
      ['Name', 'Role'],
      members.map((m) => [person(m.personId, m.name), roleWords(m)]),
    ),
    ...mail.invited.map(({ name, email, until }) =>
      small(text`Invited: ${name} (${code(email)}), until ${moment(until, 'full')}`),
    ),
    buttons(
      { label: 'Change role', run: 'team set', look: 'main' },
      mail.mails && { label: 'Invite by e-mail', run: 'team invite', given: { '?': 'form' } },
    ),
  )
}

function roleWords({ role, finance }: Membership): string {
  if (!finance) return role
  return role === 'manager' || role === 'admin' ? `${role}, finance` : 'finance'
}
