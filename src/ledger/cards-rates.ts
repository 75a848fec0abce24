import type { RateRule } from '../db/generated/client.ts'
import { buttons, type Card, card, facts, moment, money, paragraph, type Text, table, text, toned } from '../kernel/card.ts'
import { percent } from '../kernel/money.ts'
import type { Placed } from './rates.ts'

/** "12 %" or "€2.00 for each piece". */
const payText = (rule: Pick<RateRule, 'rateBps' | 'fixedMinor' | 'skus' | 'skuPrefix'>, currency: string): Text => {
  if (rule.fixedMinor === null) return [percent(rule.rateBps ?? 0)]
  const each = rule.skus.length > 0 || rule.skuPrefix !== null ? 'for each piece' : 'for each order'
  return text`${money({ minor: rule.fixedMinor, currency })} ${each}`
}

const via: Record<string, string> = { code: 'through a code', click: 'through a link', customer: 'of known customers' }

/** The conditions of a rule in words: "GLOW-*, through a code, new customers". */
function conditionWords({ skus, skuPrefix, via: by, customer, tier, tag, offer }: RateRule): string {
  const said = [
    ...skus,
    skuPrefix !== null && `${skuPrefix}*`,
    by !== null && (via[by] ?? by),
    customer !== null && `${customer} customers`,
    tier !== null && `tier ${tier}`,
    tag !== null && `tag ${tag}`,
    offer !== null && `the offer “${offer}”`,
  ].filter((word) => word !== false)
  return said.length === 0 ? 'every sale' : said.join(', ')
}

/** All rates of the program, as managers see them. */
export const ratesCard = (rules: readonly RateRule[], standard: number, currency: string, now: Date): Card =>
  card(
    'The rates',
    paragraph(
      text`${percent(standard)} is the rate of the program. Of all rates that fit a sale the highest wins, and /why names it.`,
    ),
    rules.length > 0 &&
      table(
        ['Rate', 'Pays', 'For', 'Holds'],
        rules.map((rule) => [rule.name, payText(rule, currency), conditionWords(rule), holds(rule, now)]),
        { caption: 'Rates with conditions' },
      ),
    buttons(
      { label: 'Set a rate', run: 'rate set', given: { '?': 'form' }, look: 'main' },
      rules.some((rule) => rule.to === null) && { label: 'End a rate', run: 'rate end', given: { '?': 'form' } },
    ),
  )

const holds = ({ from, to }: RateRule, now: Date): Text => [
  ...(from > now ? text`from ${moment(from, 'day')}` : text`now`),
  ...(to ? text`, until ${moment(to, 'day')}` : []),
]

/** What setting a rate did. */
export const rateSetCard = ({ rule, was, later, withdrawn }: Placed, currency: string): Card =>
  toned(
    later ? 'warn' : 'good',
    card(
      later ? 'The rate changes after the notice' : 'The rate holds now',
      facts({
        Rate: rule.name,
        Pays: payText(rule, currency),
        For: conditionWords(rule),
        From: moment(rule.from, 'day'),
        ...(was ? { Before: payText(was, currency) } : {}),
      }),
      later
        ? 'It may pay less than before, so the creators concerned are told now. Sales until then keep the old rate.'
        : 'Sales before keep the rate they had.',
      withdrawn && 'What was announced of it does not come; everyone who was told is told so.',
      buttons({ label: 'List rates', run: 'rate list' }),
    ),
  )

export const rateEndedCard = (rule: RateRule, now: Date): Card =>
  card(
    rule.to && rule.to <= now ? `The rate “${rule.name}” has ended` : `The rate “${rule.name}” ends`,
    paragraph(
      rule.to && rule.to <= now
        ? 'The program has no notice, so it ended at once, and the creators concerned are told. Sales before keep it.'
        : text`It holds until ${moment(rule.to ?? rule.from, 'day')}, and the creators concerned are told. Sales before keep it.`,
    ),
    buttons({ label: 'List rates', run: 'rate list' }),
  )

/** For creators: a rate that concerned them ends or falls, or did so without a notice. */
export function rateNewsCard(
  program: string,
  rule: RateRule,
  next: RateRule | null,
  { currency, now }: { currency: string; now: Date },
): Card {
  const at = rule.to ?? rule.from
  const over = at <= now
  const was = text`${payText(rule, currency)} for ${conditionWords(rule)}`
  const says = next
    ? text`The rate “${rule.name}” ${over ? 'was' : 'is'} ${was}${over ? '.' : ' now.'} ${over ? 'Since' : 'From'} ${moment(next.from, over ? 'full' : 'day')} it is ${payText(next, currency)} for ${conditionWords(next)}.`
    : text`The rate “${rule.name}” (${was}) ${over ? 'ended' : 'ends'} on ${moment(at, over ? 'full' : 'day')}.`
  return toned(
    'warn',
    card(
      `${program}: a rate ${over ? 'changed' : 'changes'}`,
      paragraph(says),
      over ? 'Every sale before keeps its rate.' : 'Every sale before that day keeps its rate.',
    ),
  )
}

/** For creators who were told of a change of a rate, or of its end, that will not come. */
export const rateStaysCard = (
  program: string,
  rule: RateRule,
  { day, instead }: { day: Date; instead: RateRule | null },
  currency: string,
): Card =>
  card(
    `${program}: a rate does not change as announced`,
    paragraph([
      ...text`What was announced of the rate “${rule.name}” for ${moment(day, 'day')} does not come.`,
      ...(instead ? text` It is ${payText(instead, currency)} for ${conditionWords(instead)} now.` : []),
    ]),
  )
