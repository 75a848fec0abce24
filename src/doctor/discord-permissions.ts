/** What the invitation asks a server for, in Discord's own words, and what each is for. */
import { MANAGERS_BIT } from '../platforms/discord/commands.ts'
import { needed, neededForThreads, pinning, silencing } from '../platforms/discord/space.ts'

const whys: Record<string, string> = {
  'View Channel': 'See the channels of the program.',
  'Send Messages': 'Post cards there and keep them up to date.',
  'Embed Links': 'Show the preview of a link that a card carries.',
  'Attach Files': 'Post charts, QR codes and the pictures of content.',
  'Read Message History': 'Edit and pin a card that was posted earlier.',
  'Create Private Threads': 'Open the private place of an applicant or creator, below #start-here.',
  'Send Messages in Threads': 'Post in those places.',
  'Pin Messages': 'Keep the status card and the kit at the top.',
  'Create Public Threads': 'Keep others from opening threads below the cards; a bot can take away only what it has.',
  'Manage Channels': 'Make the channels of the program when they are not there.',
  'Manage Roles': 'Make the roles Creator, Creator Manager and Creator Admin, and give and take them.',
  'View Server Insights': "Pass this harmless permission on to managers' roles, which shows them the managers' commands.",
}

type Permission = { bit: bigint; name: string; why: string }

export const permissions: Permission[] = [
  ...[...needed, ...neededForThreads, ...pinning, ...silencing].map(([bit, name]) => ({ bit, name })),
  // topics/permissions, bitwise permission flags.
  { bit: 1n << 4n, name: 'Manage Channels' },
  { bit: 1n << 28n, name: 'Manage Roles' },
  { bit: MANAGERS_BIT, name: 'View Server Insights' },
].map((one) => ({ ...one, why: whys[one.name] ?? '' }))
