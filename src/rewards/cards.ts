import type { Reward, RewardRule } from '../db/generated/client.ts'
import {
  type Block,
  buttons,
  type Card,
  card,
  code,
  facts,
  moment,
  money,
  paragraph,
  small,
  table,
  text,
  toned,
} from '../kernel/card.ts'
import { format } from '../kernel/money.ts'
import { plural } from '../kernel/plural.ts'
import type { Catalog } from './catalog.ts'
import { type preview, type RewardKind, rewardKinds, timesLeft } from './rules.ts'
import type { Wish } from './service.ts'

const kindWords = (kind: string): string => rewardKinds[kind as RewardKind] ?? kind

const states: Record<string, string> = {
  asked: 'waits for a decision',
  approved: 'approved, to be handed over',
  fulfilled: 'done',
  declined: 'declined, points returned',
  expired: 'nobody decided, points returned',
}

/** For managers: a wish, and what is to be done about it. */
export function wishCard({ redemption, reward, name, currency }: Wish): Card {
  const { id, state, cost, note } = redemption
  const given = { redemption: id }
  return card(
    `${name}: ${reward.title}`,
    facts({
      What: kindWords(reward.kind),
      ...(reward.minor === null ? {} : { Worth: money({ minor: reward.minor, currency }) }),
      Points: cost,
      State: states[state] ?? state,
      ...(note === null ? {} : { Note: note }),
    }),
    buttons(
      state === 'asked' && { label: 'Approve', run: 'reward decide', given: { ...given, answer: 'approve' }, look: 'main' },
      state === 'asked' && { label: 'Decline', run: 'reward decide', given: { ...given, answer: 'decline' } },
      state === 'approved' && { label: 'Mark as done', run: 'reward fulfil', given: { ...given, '?': 'form' }, look: 'main' },
    ),
  )
}

/** For the creator: how it stands. */
export function toldCard({ redemption, reward, currency }: Wish): Card {
  const { state, cost, note, giftId } = redemption
  const says: Record<string, string> = {
    asked: `${plural(cost, 'point is', 'points are')} set aside. A manager decides; what nobody answers in 30 days comes back.`,
    approved: giftId ? 'It comes as a gift: say where it may go in /gift list.' : 'It is yours; you hear when it is handed over.',
    fulfilled: doneWords(reward.kind, redemption.gift !== null),
    declined: `${plural(cost, 'point is', 'points are')} back.`,
    expired: `Nobody decided in time, and ${plural(cost, 'point is', 'points are')} back.`,
  }
  const shown = card(
    `${reward.title}: ${states[state] ?? state}`,
    says[state] ?? '',
    reward.minor !== null && state === 'fulfilled' && paragraph(text`Worth ${money({ minor: reward.minor, currency })}.`),
    redemption.endsAt !== null && paragraph(text`You have it until ${moment(redemption.endsAt, 'full')}.`),
    note !== null && paragraph(note),
    buttons(
      redemption.gift !== null && {
        label: 'Show the code',
        run: 'reward code',
        given: { redemption: redemption.id },
        look: 'main',
      },
      { label: 'See rewards', run: 'reward list' },
      giftId !== null && state === 'approved' && { label: 'Say where it goes', run: 'gift list' },
    ),
  )
  return toned(state === 'declined' || state === 'expired' ? 'plain' : 'good', shown)
}

function doneWords(kind: string, gift: boolean): string {
  if (kind === 'cash') return 'It is in your payable balance.'
  if (kind === 'product') return 'It went out as a gift: see /gift list.'
  if (kind === 'early_access') return 'You have the role, and see what others do not see yet.'
  return gift ? 'It is a gift card of the shop. Its code is kept sealed until you ask for it.' : 'It is done.'
}

export const accessOverCard = (title: string): Card =>
  card(`${title} is over`, 'The role has gone with it.', buttons({ label: 'See rewards', run: 'reward list' }))

/** The code of store credit, for its creator alone. */
export const creditCodeCard = ({
  title,
  code: secret,
  minor,
  currency,
}: {
  code: string
  minor: bigint | null
  currency: string
  title: string
}): Card =>
  card(
    title,
    paragraph(code(secret)),
    minor !== null && facts({ Worth: money({ minor, currency }) }),
    'Enter it at the checkout of the shop. It is worth this amount to whoever has it, so keep it to yourself.',
  )

/** For managers: the shop made no gift card. */
export const creditLostCard = (name: string, title: string, why: string, redemption: string): Card =>
  toned(
    'warn',
    card(
      'Store credit could not be made',
      `${title} for ${name}: ${why}`,
      'Make the gift card by hand and mark it as done with its code.',
      buttons({ label: 'Mark as done', run: 'reward fulfil', given: { redemption, '?': 'form' }, look: 'main' }),
    ),
  )

/** The catalog with one's own points, and what waits; for admins the rules as well. */
export function catalogCard({ rewards, waiting, points, manager, currency }: Catalog, rules: RewardRule[] | null): Card {
  return card(
    'Rewards',
    points !== null &&
      facts({
        'Your points': points.has,
        'Ever earned': points.earned > 0 ? `${points.earned}, place ${points.rank} of ${points.of}` : 0,
      }),
    rewards.length === 0
      ? 'Nothing is in the catalog yet.'
      : table(
          ['Reward', 'What', 'Points', 'Worth', 'Left', 'Until'],
          rewards.map((reward) => [
            reward.title,
            kindWords(reward.kind),
            String(reward.cost),
            reward.minor === null ? '–' : money({ minor: reward.minor, currency }),
            reward.stock === null ? '–' : String(reward.stock),
            reward.until === null ? '–' : moment(reward.until, 'day'),
          ]),
          { align: ['left', 'left', 'right', 'right', 'right', 'left'] },
        ),
    waiting.length > 0 &&
      table(
        manager ? ['Creator', 'Reward', 'State', 'Id'] : ['Reward', 'State'],
        waiting.map(({ redemption, title, name }) =>
          manager
            ? [name, title, states[redemption.state] ?? redemption.state, [code(redemption.id)]]
            : [title, states[redemption.state] ?? redemption.state],
        ),
        { caption: manager ? 'To be done' : 'Yours' },
      ),
    ...ruleBlocks(rules ?? [], currency),
    points !== null && small('Approved content, orders whose hold is over and kudos bring points. Spending them costs no rank.'),
    buttons(
      points !== null && rewards.length > 0 && { label: 'Redeem points', run: 'reward redeem', look: 'main' },
      manager && { label: 'Add a reward', run: 'reward add' },
      manager && rewards.length > 0 && { label: 'Take one out', run: 'reward close' },
      rules !== null && { label: 'Set a rule', run: 'reward rule' },
    ),
  )
}

/** What pays by itself, and the ways to stop and start it. */
function ruleBlocks(rules: RewardRule[], currency: string): Block[] {
  if (rules.length === 0) return []
  const states: Record<string, string> = { draft: 'not started', running: 'runs', stopped: 'stopped' }
  const pick = (label: string, run: string, on: boolean): Block[] => {
    const some = rules.filter(({ state }) => (state === 'running') === on)
    const choices = some.map((rule) => ({
      label: `${ruleWords(rule)}, ${format({ minor: rule.minor, currency })} each`,
      value: rule.id,
    }))
    return some.length === 0 ? [] : [{ block: 'choice', label, run, option: 'rule', choices }]
  }
  return [
    table(
      ['Rule', 'Each', 'Spent', 'Budget', 'State'],
      rules.map((rule) => [
        ruleWords(rule),
        money({ minor: rule.minor, currency }),
        money({ minor: rule.spentMinor, currency }),
        money({ minor: rule.budgetMinor, currency }),
        states[rule.state] ?? rule.state,
      ]),
      { caption: 'Paid by rule', align: ['left', 'right', 'right', 'right', 'left'] },
    ),
    ...pick('Stop a rule', 'reward stop', true),
    ...pick('Start a rule', 'reward start', false),
  ]
}

export const closedCard = (reward: Reward): Card =>
  card(
    `Taken out: ${reward.title}`,
    'Nobody can ask for it any more. What was asked for before is still yours to decide and hand over.',
    buttons({ label: 'See the catalog', run: 'reward list' }),
  )

export const addedCard = (reward: Reward, currency: string): Card =>
  toned(
    'good',
    card(
      `In the catalog: ${reward.title}`,
      facts({
        What: kindWords(reward.kind),
        Points: reward.cost,
        ...(reward.minor === null ? {} : { Worth: money({ minor: reward.minor, currency }) }),
        ...(reward.accessDays === null ? {} : { Lasts: plural(reward.accessDays, 'day') }),
        Stock: reward.stock ?? 'no end',
        Decision: reward.approval ? 'a manager decides about each wish' : 'given at once',
        ...(reward.until === null ? {} : { Until: moment(reward.until, 'day') }),
      }),
      buttons(
        { label: 'See the catalog', run: 'reward list' },
        { label: 'Take it out', run: 'reward close', given: { reward: reward.id } },
      ),
    ),
  )

/** What a rule is, what it would have cost, and how far its budget goes. */
export function ruleCard(
  rule: RewardRule,
  would: ReturnType<typeof preview> & { reached: number; of: string },
  currency: string,
): Card {
  const each = money({ minor: rule.minor, currency })
  const given = { rule: rule.id }
  return card(
    rule.state === 'draft' ? 'A rule, not started yet' : rule.state === 'running' ? 'The rule runs' : 'The rule is stopped',
    paragraph(text`${ruleWords(rule)}: ${each} each.`),
    facts({
      'Last time': text`${would.of}: ${would.reached} reached it, which costs ${money({ minor: would.cost, currency })}`,
      Budget: text`${money({ minor: rule.budgetMinor, currency })}, ${money({ minor: rule.spentMinor, currency })} of it spent`,
      'Can pay': `${timesLeft(rule)} more`,
    }),
    would.reached > would.paid &&
      small('The budget would not have been enough for all; whoever came later would have had nothing.'),
    small('It never pays above its budget, and counts from the moment it is started. A place that is shared pays each of them.'),
    buttons(
      rule.state !== 'running' && { label: 'Start the rule', run: 'reward start', given, look: 'main' },
      rule.state === 'running' && { label: 'Stop the rule', run: 'reward stop', given },
    ),
  )
}

const ruleWords = ({ kind, number, season }: Pick<RewardRule, 'kind' | 'number' | 'season'>): string =>
  kind === 'top' ? `Top ${number} of each ${season ?? 'week'} season` : `${number} approved in a row`

export const ruleRewardCard = (rule: RewardRule, why: string, currency: string): Card =>
  toned(
    'good',
    card(
      'A reward for you',
      paragraph(text`${why}. That adds ${money({ minor: rule.minor, currency })} to what you can be paid.`),
      buttons({ label: 'See earnings', run: 'earnings' }),
    ),
  )

export const emptyBudgetCard = (rule: RewardRule, left: number): Card =>
  toned(
    'warn',
    card(
      'A rule has no budget left',
      `${ruleWords(rule)}: ${plural(left, 'creator')} reached it and got nothing. The rule is stopped.`,
      buttons({ label: 'Set a new rule', run: 'reward rule' }),
    ),
  )
