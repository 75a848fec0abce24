import {
  type Block,
  type Button,
  buttons,
  type Card,
  card,
  code,
  facts,
  paragraph,
  small,
  strong,
  text,
  toned,
} from '../kernel/card.ts'
import { percent } from '../kernel/money.ts'
import { plural } from '../kernel/plural.ts'
import { plannedLines } from './cards-commission.ts'
import type { Policy } from './rules.ts'
import { kindOf, shopName } from './rules-shops.ts'

export type SetupView = {
  name: string
  policy: Policy
  /** Where each source sends its facts. */
  sources: { source: string; url: string; secrets: number }[]
  changed: boolean
  /** The public page where people apply. */
  join: string
}

/** The program's settings for its admins: shop, terms, webhooks. */
export function setupCard(view: SetupView): Card {
  const { policy } = view
  const shown = card(
    view.changed ? 'Saved' : `${view.name}: settings`,
    facts({
      Shop: [code(policy.shopUrl)],
      'Allowed hosts': [policy.allowedHosts.join(', ')],
      Rate: [percent(policy.rateBps)],
      Hold: [plural(policy.holdDays, 'day')],
      Payday: [`day ${policy.payday} of the month`],
      'Code discount': [`${policy.codePercent} %, for codes made from now on`],
      'Credit order': [policy.creditOrder.join(', then ')],
      'Answer time': [plural(policy.answerHours, 'hour')],
      'Page to apply': [code(view.join)],
      'Invitation to Discord': [policy.invites.discord ?? 'none'],
      'Invitation to Slack': [policy.invites.slack ?? 'none'],
    }),
    ...plannedLines(policy),
    buttons({ label: 'Change settings', run: 'setup program', given: { '?': 'form' }, look: 'main' }),
    ...view.sources.flatMap(webhook),
  )
  return view.changed ? toned('good', shown) : shown
}

/** Only the generic webhook signs with a secret of ours that a person copies; a shop’s own are pasted on the page of /setup shop. */
function webhook({ source, url, secrets }: SetupView['sources'][number]): Block[] {
  const kept =
    secrets > 1 ? `${secrets === 2 ? 'Two' : secrets} secrets are valid while you replace the old one.` : 'One secret is valid.'
  return [
    paragraph(text`${strong(`Webhook: ${source}`)}`),
    paragraph(code(url)),
    small([kept]),
    buttons(
      source === 'generic'
        ? { label: 'Rotate generic secret', run: 'setup program', given: { rotate: source }, look: 'danger' }
        : { label: `Connect ${shopName(source)}`, run: 'setup shop' },
      ...(secrets > 1 ? [endButton(source)] : []),
    ),
  ]
}

const endButton = (source: string): Button => ({
  label: `End the old ${shopName(source)} secret`,
  run: 'setup program',
  given: { end_secret: source },
  look: 'danger',
})

/** What ending the former secrets means, before it is done. */
export function endSecretCard(source: string, { former, mark }: { former: number; mark: string }): Card {
  const name = shopName(source)
  const which = former === 1 ? 'the former secret' : `the ${former} former secrets`
  return toned(
    'warn',
    card(
      `End ${which} of ${name}?`,
      `Whatever ${name} still signs with ${former === 1 ? 'it' : 'them'} is refused from the next delivery on. The newest secret stays.`,
      kindOf(source) === 'stripe' &&
        'Each endpoint of Stripe has a secret of its own. If a second one sends to ?accounts, paste its secret again afterwards.',
      small(['After a leak: first give the shop the new secret, then end the old one.']),
      buttons(
        { label: 'End now', run: 'setup program', given: { end_secret: source, mark }, look: 'danger' },
        { label: 'Back', run: 'setup program' },
      ),
    ),
  )
}

export const secretEndedCard = (source: string): Card =>
  toned(
    'good',
    card(
      'Ended',
      `One secret of ${shopName(source)} is valid: the newest.`,
      buttons({ label: 'Show settings', run: 'setup program', look: 'main' }),
    ),
  )

/** A new secret, shown this once. */
export function secretCard(source: string, url: string, secret: string): Card {
  return toned(
    'warn',
    card(
      'Copy this secret now',
      'It is shown this once. The one before stays valid too, until you end it or rotate again: give this one to the shop first.',
      facts({ Source: [source], Address: [code(url)], Secret: [code(secret)] }),
      buttons({ label: 'Show settings', run: 'setup program' }, endButton(source)),
    ),
  )
}

/** Pinned in #start-here: what this place is, and the first step in it. */
export function welcomeCard(program: { name: string }): Card {
  return card(
    `Welcome to ${program.name}`,
    'This is where the brand and its creators work together: your link and code, missions with a fee, reviews, and what you have earned.',
    'Apply takes a minute. The answer comes to your private place, which only you and the team can read.',
    buttons({ label: 'Apply', run: 'apply', look: 'main' }, { label: 'Help', run: 'help' }),
  )
}
