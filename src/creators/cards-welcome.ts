import { buttons, type Card, card } from '../kernel/card.ts'

/** For who just came in, in their private place. `joining` while there is an application to begin or to finish. */
export function newcomerCard(program: string, name: string, joining: boolean): Card {
  return card(
    `Welcome to ${program}, ${name}`,
    joining && 'Join as a creator: you get your own link and code, missions with a fee, and a share of each sale you bring.',
    joining && 'It takes two minutes. The answer comes here, where only you and the team can read.',
    !joining && 'This is your private place. Only you and the team can read it.',
    buttons(joining && { label: 'Join', run: 'apply', look: 'main' }, { label: 'Help', run: 'help' }),
  )
}

/** For a creator who comes in again. */
export const returnedCard = (program: string, name: string): Card =>
  card(
    'Welcome back',
    `Good to see you again, ${name}. Your link, code and earnings at ${program} are as you left them.`,
    buttons({ label: 'Home', run: 'home', look: 'main' }, { label: 'Help', run: 'help' }),
  )
