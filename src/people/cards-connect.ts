import { type Block, buttons, type Card, card, code, facts, moment, small, table, toned } from '../kernel/card.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { doors } from './rules.ts'

const sayDoor = (platform: string): string => doors[platform as keyof typeof doors] ?? platform

/** A fresh code, and where it goes. */
export const connectCodeCard = (fresh: string, until: Date): Card =>
  toned(
    'warn',
    card(
      'Are you here a second time?',
      'Type this code with your other account, on Discord, Slack or the web: /profile connect. It works once, and whoever has it becomes you, so show it to nobody.',
      facts({ Code: [code(fresh)], 'Good until': [moment(until, 'full')] }),
      buttons({ label: 'Enter a code', run: 'profile connect', given: { '?': 'form' } }),
    ),
  )

export const wrongCodeCard = ({ sentence, fix }: Refusal): Card =>
  toned(
    'warn',
    card(
      'Please check',
      sentence,
      fix !== undefined && fix,
      buttons({ label: 'Enter a code', run: 'profile connect', given: { '?': 'form' }, look: 'main' }),
    ),
  )

export type Account = { platform: string; name: string }

/** You are one person from now on, with these accounts. */
export const connectedCard = (accounts: Account[]): Card =>
  toned(
    'good',
    card(
      'You are one person now',
      'Earnings, links, content and settings are the same wherever you ask. Say in your settings which door reaches you first.',
      table(
        ['Where', 'Account'],
        accounts.map(({ platform, name }) => [[sayDoor(platform)], [name]]),
      ),
      buttons({ label: 'Show home', run: 'home', look: 'main' }, { label: 'Change settings', run: 'settings' }),
    ),
  )

/** Somebody with the same e-mail is known at another door. It may be them; a code proves it, nothing else does. */
export const suggestConnect = (platform: string): Block[] => [
  small([`Is this you on ${sayDoor(platform)} too? Connect the two accounts with a code.`]),
  buttons({ label: 'Connect accounts', run: 'profile connect' }),
]
