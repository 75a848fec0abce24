import { buttons, type Card, card, code, facts, moment, paragraph, small, text, toned } from '../kernel/card.ts'

type Asked = { name: string; by: string; program: string; url: string; until: Date }

const works = (role: string, finance: boolean): string =>
  [role === 'manager' && 'help to run the program', finance && 'work on its money and payouts'].filter(Boolean).join(' and ')

/** The mail that invites somebody. */
export const inviteMailCard = ({
  name,
  by,
  program,
  url,
  until,
  role,
  finance,
}: Asked & { role: string; finance: boolean }): Card =>
  card(
    `You are invited to ${program}`,
    paragraph(
      text`Hello ${name}, ${by} invites you to ${works(role, finance) || 'look at the program'}. You need no password: whenever you want to sign in, a link comes to this address.`,
    ),
    buttons({ label: 'Open the dashboard', url }),
    small(
      text`The link works once, until ${moment(until, 'full')}. If you do not know ${by}, leave it alone and nothing happens.`,
    ),
  )

/** The mail that asks whether this address is to sign somebody in. */
export const addressMailCard = ({ name, by, program, url, until }: Asked): Card =>
  card(
    'Sign in with this address?',
    paragraph(text`${by} set this address for ${name}, so that they can open the dashboard of ${program} by e-mail.`),
    buttons({ label: 'Confirm and sign in', url }),
    small(text`The link works once, until ${moment(until, 'full')}. If you are not ${name}, leave it alone and nothing happens.`),
  )

/** The mail that somebody asked for on the page. */
export const signInMailCard = ({
  name,
  program,
  url,
  minutes,
}: {
  name: string
  program: string
  url: string
  minutes: number
}): Card =>
  card(
    'Your link to sign in',
    paragraph(text`Hello ${name}, this link opens the dashboard of ${program}.`),
    buttons({ label: 'Sign in', url }),
    small(
      `It works once, for ${minutes} minutes. If you did not ask for it, leave it alone: without it nobody gets in. Never pass it on.`,
    ),
  )

/** What was told in the chat, as a mail: with the way to where it can be acted on. */
export const withDashboard = (told: Card, url: string): Card => ({
  ...told,
  blocks: [...told.blocks, ...card('', buttons({ label: 'Open the dashboard', url })).blocks],
})

type Invited = { name: string; email: string; role: string; finance: boolean; until: Date }

/** The answer to an admin who invited somebody. */
export const invitedCard = ({ name, email, role, finance, until }: Invited): Card =>
  toned(
    'good',
    card(
      `An invitation to ${name} is on its way`,
      facts({
        To: code(email),
        'Will be': [
          [role === 'manager' && 'manager', finance && 'finance'].filter(Boolean).join(', ') || 'a member without a role',
        ],
        'Good until': [moment(until, 'full')],
      }),
      'They are on the team once they open it. Inviting the same address again ends this one.',
      buttons({ label: 'Show team', run: 'team list' }),
    ),
  )

/** The answer to an admin who gave somebody an address. */
export const askedCard = (name: string, email: string, until: Date): Card =>
  card(
    `${name} is asked by mail`,
    facts({ Address: code(email), 'Good until': [moment(until, 'full')] }),
    'The address signs them in once they confirm it there. They are told on every account they have.',
  )

/** To the person on all their accounts: somebody who reads this mailbox signs in as them now. */
export const addressAddedCard = (email: string, by: string): Card =>
  toned(
    'warn',
    card(
      'You can sign in by e-mail now',
      paragraph(text`${code(email)} opens your dashboard from now on. ${by} set it, and it was confirmed from that mailbox.`),
      'If that is not your mailbox, tell another admin at once: they end it with /team set.',
    ),
  )

/** To finance and admins: one of them has another way in. */
export const otherAddressCard = (name: string, { email, by }: { email: string; by: string }): Card =>
  toned(
    'warn',
    card(
      `${name} can sign in by e-mail now`,
      paragraph(
        text`${code(email)} was set by ${by} and confirmed from that mailbox. If it is not the mailbox of ${name}, end it with /team set.`,
      ),
    ),
  )

/** To finance and admins: somebody new sees the money. */
export const joinedCard = (name: string, offer: { email: string; by: string; role: string; finance: boolean }): Card =>
  card(
    `${name} has joined`,
    paragraph(
      text`${name} (${code(offer.email)}) opened the invitation of ${offer.by} and may now ${works(offer.role, offer.finance) || 'look at the program'}.`,
    ),
  )
