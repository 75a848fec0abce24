import type { Creator, Gift } from '../db/generated/client.ts'
import {
  type Block,
  buttons,
  type Card,
  card,
  code,
  facts,
  money,
  paragraph,
  person,
  small,
  strong,
  type Text,
  text,
  toned,
} from '../kernel/card.ts'
import { ADDRESS_DAYS, type Address, type GiftState, stateWords } from './rules.ts'

type View = {
  gift: Gift
  creator: Pick<Creator, 'personId' | 'name'>
  mission: string | null
  currency: string
  disclosure: string
}

const worth = ({ gift, currency }: View): Text =>
  gift.valueMinor === null ? ['Not said'] : [money({ minor: gift.valueMinor, currency })]

const about = (view: View): Block =>
  facts({
    Creator: [person(view.creator.personId, view.creator.name)],
    Product: [view.gift.product],
    ...(view.mission === null ? {} : { Mission: [view.mission] }),
    Worth: worth(view),
    ...(view.gift.tracking === null ? {} : { Tracking: [code(view.gift.tracking)] }),
  })

const given = (view: View) => ({ gift: view.gift.id })

/** It asks for the tracking number, which its creator is told. */
const markSent = { label: 'Mark as sent', run: 'gift sent', look: 'main' as const }

/** In #managers: somebody asks for a product. */
export const askedCard = (view: View): Card =>
  card(
    `${view.creator.name} asks for ${view.gift.product}`,
    about(view),
    view.gift.why !== null && paragraph(text`${strong('What they would show')}\n${view.gift.why}`),
    buttons(
      { label: 'Agree', run: 'gift agree', given: given(view), look: 'main' },
      { label: 'Decline', run: 'gift decline', given: given(view), look: 'danger' },
    ),
  )

/** In #managers once it is agreed: what is to be done next. */
export const toSendCard = (view: View): Card => {
  const state = view.gift.state as GiftState
  return card(
    `${view.gift.product} for ${view.creator.name}: ${stateWords[state].toLowerCase()}`,
    about(view),
    state === 'declined' && view.gift.why !== null && paragraph(text`${strong('Why')}: ${view.gift.why}`),
    buttons(
      state === 'agreed' && { ...markSent, given: { ...given(view), '?': 'form' } },
      (state === 'agreed' || state === 'sent') && { label: 'Show address', run: 'gift address', given: given(view) },
      state === 'agreed' && { label: 'Decline', run: 'gift decline', given: given(view), look: 'danger' as const },
    ),
  )
}

const disclose = (view: View): Block =>
  small(`If you show it, begin with ${view.disclosure}: a gift has to be disclosed. What you think of it is yours to say.`)

/** In the private place: the brand offers something. */
export const offeredCard = (view: View): Card =>
  card(
    `A gift for you: ${view.gift.product}`,
    paragraph(
      text`We would like to send you ${strong(view.gift.product)}${view.mission === null ? '' : ` for “${view.mission}”`}. You owe us nothing for it.`,
    ),
    small('Your address is kept sealed, seen by whoever sends the parcel, and forgotten soon after.'),
    disclose(view),
    buttons(
      { label: 'Say where it may go', run: 'gift accept', given: given(view), look: 'main' },
      { label: 'No, thank you', run: 'gift decline', given: given(view) },
    ),
  )

const told: Record<GiftState, string> = {
  asked: 'A manager looks at it and answers here.',
  offered: '',
  agreed: 'It is agreed and will be sent to you.',
  sent: 'It is on its way.',
  received: 'Good that it arrived. Have a look at the missions it fits.',
  declined: 'It will not be sent.',
}

/** What was offered, once it is answered: it asks nothing any more. */
export const answeredCard = (view: View): Card => card(`A gift for you: ${view.gift.product}`, told[view.gift.state as GiftState])

/** In the private place: how a gift stands. */
export function toldCard(view: View): Card {
  const state = view.gift.state as GiftState
  return toned(
    state === 'declined' ? 'plain' : 'good',
    card(
      `${view.gift.product}: ${stateWords[state].toLowerCase()}`,
      told[state],
      view.gift.tracking !== null && facts({ Tracking: [code(view.gift.tracking)] }),
      state === 'declined' && view.gift.why !== null && paragraph(text`${strong('Why')}: ${view.gift.why}`),
      (state === 'agreed' || state === 'sent' || state === 'received') && disclose(view),
      buttons(
        state === 'sent' && { label: 'It arrived', run: 'gift received', given: given(view), look: 'main' as const },
        state === 'received' && { label: 'See missions', run: 'mission list' },
        (state === 'asked' || state === 'agreed') && {
          label: 'I don’t need it any more',
          run: 'gift decline',
          given: given(view),
        },
      ),
    ),
  )
}

export const addressCard = (view: View, address: Address): Card =>
  card(
    `Where ${view.gift.product} goes`,
    paragraph([code(`${address.name}\n${address.lines}\n${address.country}`)]),
    small(`Only for this parcel. It is forgotten ${ADDRESS_DAYS} days after you mark it as sent; looking at it is noted.`),
    buttons(view.gift.state === 'agreed' && { ...markSent, given: { ...given(view), '?': 'form' } }),
  )

export function giftsCard({ views, total, manager }: { views: View[]; total: number; manager: boolean }): Card {
  const ask = !manager && { label: 'Ask for a product', run: 'gift ask', look: 'main' as const }
  const offer = manager && { label: 'Offer a gift', run: 'gift offer', look: 'main' as const }
  if (total === 0)
    return card(
      'Gifts',
      manager ? 'Nothing is asked for and nothing is to be sent.' : 'You have no gifts yet.',
      buttons(ask, offer),
    )
  const blocks = views.flatMap((view): Block[] => {
    const state = view.gift.state as GiftState
    const who: Text = manager ? text`${person(view.creator.personId, view.creator.name)}: ` : []
    const act = manager
      ? { asked: { label: 'Agree', run: 'gift agree' }, agreed: { label: 'Show address', run: 'gift address' } }[state as string]
      : { sent: { label: 'It arrived', run: 'gift received' }, offered: { label: 'Say where it may go', run: 'gift accept' } }[
          state as string
        ]
    return [
      paragraph(text`${who}${strong(view.gift.product)}\n${stateWords[state]}`),
      ...(act ? [buttons({ ...act, given: given(view) })] : []),
    ]
  })
  const more = total - views.length
  return card('Gifts', ...blocks, more > 0 && small(`… and ${more} more.`), buttons(ask, offer))
}
