/** Cards as Slack's messages, windows and Home tab, with their pictures uploaded first. */
import type { KnownBlock, ModalView, View } from '@slack/types'
import { type Card, personsIn } from '../../kernel/card.ts'
import { picturesOf, type Wanted } from '../pictures.ts'
import type { House, Press } from '../platform.ts'
import type { Clients } from './clients.ts'
import { placed, renderCard, renderHome } from './render.ts'
import { plainWords } from './text.ts'

export type Drawing = { house: House; clients: Clients }

export type Message = { text: string; blocks: KnownBlock[] }

/** A card as a message. */
export async function drawMessage(world: Drawing, team: string, card: Card): Promise<Message> {
  const { text, blocks, files, presses } = renderCard(card, await eyesFor(world, team, card))
  return { text, blocks: await settle(world, team, blocks, files, presses) }
}

/** A card as the Home tab. */
export async function drawHome(world: Drawing, team: string, card: Card): Promise<View> {
  const { view, files, presses } = renderHome(card, await eyesFor(world, team, card))
  return { ...view, blocks: await settle(world, team, view.blocks as KnownBlock[], files, presses) }
}

/** A card as a window without a form. */
export async function drawWindow(world: Drawing, team: string, card: Card): Promise<ModalView> {
  const home = await drawHome(world, team, card)
  return { ...shell, blocks: home.blocks }
}

const shell = { type: 'modal' as const, title: plainWords('Troupe', 24), close: plainWords('Close', 24) }

/** What stands in a window while its answer is made. */
export const working: ModalView = {
  ...shell,
  blocks: [{ type: 'section', text: plainWords('Working on it …', 200) }],
}

async function eyesFor({ house }: Drawing, team: string, card: Card) {
  const accounts = await house.accounts('slack', team, personsIn(card))
  return { mention: (personId: string) => accounts.get(personId) }
}

/** What Slack shows as a picture in a message; of others the small one is shown. */
const shown: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif' }

async function settle(
  { house, clients }: Drawing,
  team: string,
  blocks: KnownBlock[],
  wanted: Wanted[],
  presses: Press[],
): Promise<KnownBlock[]> {
  await house.keepPresses('slack', team, presses)
  const { pictures } = await picturesOf(house, 'slack', team, wanted, {
    bytes: Number.POSITIVE_INFINITY,
    mimes: Object.keys(shown),
  })
  const ids = new Map<string, string>()
  for (const picture of pictures) {
    const ending = shown[picture.mime]
    if (ending === undefined) continue
    const named = { ...picture, name: picture.name.endsWith(`.${ending}`) ? picture.name : `${picture.name}.${ending}` }
    // A card without its picture is still worth reading, and its alt text says what it showed.
    const id = await clients.upload(team, named).catch((err: unknown) => {
      house.log.warn({ err, picture: picture.name }, 'a picture could not be uploaded')
      return undefined
    })
    if (id !== undefined) ids.set(picture.name, id)
  }
  return placed(blocks, ids)
}
