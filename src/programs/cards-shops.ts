import {
  type Block,
  buttons,
  type Card,
  card,
  facts,
  moment,
  money,
  paragraph,
  small,
  type Text,
  text,
  toned,
} from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'

export type ShopView = {
  source: string
  name: string
  /** Where its API is reached; null while it is not connected. */
  base: string | null
  leftAt: Date | null
  /** When the newest delivery came by itself. */
  heardAt: Date | null
  checkedAt: Date | null
  hooks: string[]
  trouble: { why: string; fix: string } | null
  codes: { live: number; waiting: number; failed: number; all: number }
}

type Shops = {
  shops: ShopView[]
  /** Where keys are pasted; it opens once, within so many minutes. */
  page: string
  minutes: number
  /** How many codes a shop was just asked for. */
  asked: { name: string; count: number } | undefined
  policy: { codeGraceDays: number; leakGraceHours: number; codeMinimumMinor: string; codeUses: number | null }
  currency: string
}

/** Every shop that can be connected: what stands, and what to do. */
export function shopsCard({ shops, page, minutes, asked, policy, currency }: Shops): Card {
  const connected = shops.filter((shop) => shop.base !== null)
  const others = shops.filter((shop) => shop.base === null).map((shop) => shop.name)
  return card(
    connected.length === 0 ? 'No shop is connected' : 'Connected shops',
    asked !== undefined && askedWords(asked),
    'A connected shop gets the creators’ codes, and is asked for what its webhooks did not bring.',
    ...connected.flatMap(shopBlocks),
    facts({
      'A renamed code': [policy.codeGraceDays === 0 ? 'ends at once' : `goes on for ${policy.codeGraceDays} days`],
      'A leaked code': [
        policy.leakGraceHours === 0
          ? 'ends at once'
          : `still counts for ${policy.leakGraceHours} hours, and ends in the shop at once`,
      ],
      ...limitsOf(policy, currency),
    }),
    others.length > 0 && small([`Not connected: ${others.join(', ')}.`]),
    small([
      `Keys are pasted on a page of Troupe, never here. The button works once, within ${minutes} minutes, and signs you in.`,
    ]),
    buttons({ label: 'Open shop page', url: page }, { label: 'Change code settings', run: 'setup shop', given: { '?': 'form' } }),
  )
}

/** What new codes are made with, where something is set. */
function limitsOf({ codeMinimumMinor, codeUses }: Shops['policy'], currency: string): Record<string, Text> {
  const minor = BigInt(codeMinimumMinor)
  if (minor === 0n && codeUses === null) return {}
  const least = minor === 0n ? [] : text`for orders from ${money({ minor, currency })}`
  const most = codeUses === null ? [] : text`${plural(codeUses, 'time')} in all`
  return { 'A new code': [...least, ...(least.length > 0 && most.length > 0 ? text`, ` : []), ...most] }
}

const askedWords = ({ name, count }: { name: string; count: number }): string =>
  count === 0 ? `${name} has every code already.` : `${name} is being asked to make ${plural(count, 'code')}.`

/** One shop on its page, without buttons. */
export const shopStandingCard = (shop: ShopView): Card =>
  toned(
    shop.trouble || shop.leftAt ? 'warn' : 'plain',
    card('How it stands', ...shopBlocks(shop).filter((block) => block.block !== 'buttons')),
  )

function shopBlocks(shop: ShopView): Block[] {
  const { live, waiting, failed, all } = shop.codes
  const missing = all - live - waiting
  return [
    facts({ [shop.name]: [shop.base ?? ''], State: stateOf(shop), ...listen(shop), Codes: codesOf(live, waiting, failed, all) }),
    ...(shop.trouble ? [paragraph(shop.trouble.why), paragraph(shop.trouble.fix)] : []),
    ...(missing > 0
      ? [
          buttons({
            label: `Make ${plural(missing, 'code')} in ${shop.name}`,
            run: 'setup shop',
            given: { codes: shop.source },
          }),
        ]
      : []),
  ]
}

function stateOf({ leftAt, trouble, checkedAt }: ShopView): Text {
  if (leftAt) return text`the app was removed ${moment(leftAt, 'ago')}; connect it again`
  if (trouble) return ['needs you']
  return checkedAt ? text`works, looked at ${moment(checkedAt, 'ago')}` : ['is being looked at']
}

const listen = ({ heardAt, hooks }: ShopView): Record<string, Text> => ({
  'Last delivery': heardAt ? [moment(heardAt, 'ago')] : ['nothing has come yet'],
  Webhooks: [hooks.length === 0 ? 'none stand yet' : `${hooks.length} stand: ${hooks.join(', ')}`],
})

const codesOf = (live: number, waiting: number, failed: number, all: number): Text => [
  `${live} of ${all} live${waiting > 0 ? `, ${waiting} being made` : ''}${failed > 0 ? `, ${failed} failed (see /parked)` : ''}`,
]

/** What a round of looking had to put right. */
export const mendedCard = (shop: string, hooks: string[], missed: number): Card =>
  card(
    `${shop} was mended`,
    hooks.length > 0 && `These webhooks were missing or switched off and were registered: ${hooks.join(', ')}.`,
    missed > 0 && `${plural(missed, 'message')} had not reached us and ${missed === 1 ? 'was' : 'were'} fetched.`,
    'Nothing is left to do.',
  )

export const shopTroubleCard = (shop: string, trouble: { why: string; fix: string }): Card =>
  toned(
    'warn',
    card(`${shop} cannot be asked`, trouble.why, trouble.fix, buttons({ label: 'Show shops', run: 'setup shop', look: 'main' })),
  )

export const shopWellCard = (shop: string): Card => toned('good', card(`${shop} answers again`, 'Nothing is left to do.'))
