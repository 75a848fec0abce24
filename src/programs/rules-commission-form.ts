/** What admins type about commission, read into the policy. Every refusal names the field and how to write it. */
import { typedMoney } from '../kernel/money.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { Milestone, Tiers } from './rules-commission.ts'

/** "12.5", "12,5 %" → 1250 basis points; undefined for anything that is no percentage. */
function bpsOf(typed: string): number | undefined {
  const [, whole, part = ''] = /^(\d{1,3})(?:[.,](\d{1,2}))?\s*%?$/.exec(typed.trim()) ?? []
  const bps = whole === undefined ? Number.NaN : Number(whole) * 100 + Number(part.padEnd(2, '0'))
  return bps <= 10_000 ? bps : undefined
}

/** "Silver 500 12 %; Gold 2000 15 %" → steps, lowest first; amounts are money or a number of orders. */
export function parseSteps(typed: string, measure: Tiers['measure'], currency: string): Tiers['steps'] {
  const steps = typed
    .split(/[;\n]+/)
    .filter((line) => line.trim() !== '')
    .map((line) => stepOf(line, measure, currency))
  if (steps.length === 0 || steps.length > 10) throw badStep(typed)
  steps.sort((a, b) => (BigInt(a.from) < BigInt(b.from) ? -1 : 1))
  const worse = steps.find((step, i) => i > 0 && step.rateBps < steps[i - 1]!.rateBps)
  if (worse)
    throw new Refusal(
      'invalid',
      `${worse.name} begins higher than ${steps[steps.indexOf(worse) - 1]!.name} and would pay less.`,
      'Give the step that is reached later the higher rate.',
      'steps',
    )
  return steps
}

function stepOf(line: string, measure: Tiers['measure'], currency: string): Tiers['steps'][number] {
  const typed = line.trim()
  const words = (typed.endsWith('%') ? `${typed.slice(0, -1).trimEnd()}%` : typed).split(/\s+/)
  const rateBps = bpsOf(words.at(-1) ?? '')
  const [from, name] = [words.at(-2) ?? '', words.slice(0, -2).join(' ')]
  if (rateBps === undefined || name === '' || name.length > 40) throw badStep(line)
  if (measure === 'revenue') return { name, from: amountIn(from, currency, line), rateBps }
  if (!/^\d{1,9}$/.test(from)) throw badStep(line)
  return { name, from: BigInt(from).toString(), rateBps }
}

/** Whoever leaves out the amount reads how a step is written, and not that a word is no money. */
function amountIn(typed: string, currency: string, line: string): string {
  if (!/\d/.test(typed)) throw badStep(line)
  return typedMoney(typed, currency).minor.toString()
}

const badStep = (line: string): Refusal =>
  new Refusal(
    'invalid',
    `“${line.trim().slice(0, 60)}” is no step: it takes a name, where it begins, and its rate.`,
    'Write steps like Silver 500 12 %; Gold 2000 15 %',
    'steps',
  )

/** "first = 10; 10 orders = 50; revenue 1000 = 100" → milestones. "none" is none. */
export function parseMilestones(typed: string, currency: string): Milestone[] {
  if (typed.trim().toLowerCase() === 'none') return []
  const found = typed
    .split(/[;\n]+/)
    .filter((line) => line.trim() !== '')
    .map((line) => milestoneOf(line.trim(), currency))
  if (new Set(found.map(({ name }) => name)).size < found.length)
    throw new Refusal('invalid', 'Two milestones are the same.', 'Give each its own figure.', 'milestones')
  return found
}

function milestoneOf(line: string, currency: string): Milestone {
  const [what = '', pays = ''] = line.split('=').map((side) => side.trim())
  const bonusMinor = pays === '' ? 0n : typedMoney(pays, currency).minor
  if (bonusMinor <= 0n) throw badMilestone(line)
  const paid = bonusMinor.toString()
  if (/^first( sale)?$/i.test(what)) return { name: 'first', kind: 'first', at: '1', bonusMinor: paid }
  const orders = /^(\d{1,9}) orders?$/i.exec(what)?.[1]
  if (orders !== undefined && BigInt(orders) > 0n)
    return { name: `orders-${BigInt(orders)}`, kind: 'orders', at: BigInt(orders).toString(), bonusMinor: paid }
  const revenue = /^revenue (\S+)$/i.exec(what)?.[1]
  if (revenue === undefined) throw badMilestone(line)
  const { minor } = typedMoney(revenue, currency)
  if (minor <= 0n) throw badMilestone(line)
  return { name: `revenue-${minor}`, kind: 'revenue', at: minor.toString(), bonusMinor: paid }
}

const badMilestone = (line: string): Refusal =>
  new Refusal(
    'invalid',
    `“${line.slice(0, 60)}” is no milestone.`,
    'Write them like first = 10; 10 orders = 50; revenue 1000 = 100',
    'milestones',
  )

/** "code, click" → the kinds of touch that count, first to last. */
export function parseCreditOrder(typed: string): ('code' | 'click' | 'customer')[] {
  const kinds = ['code', 'click', 'customer'] as const
  const words = typed
    .toLowerCase()
    .split(/[\s,;>]+/)
    .filter((word) => word !== '' && word !== 'then')
  const order = words.flatMap((word) => kinds.filter((kind) => kind === (word === 'link' ? 'click' : word)))
  if (order.length === 0 || order.length < words.length || new Set(order).size < order.length)
    throw new Refusal(
      'invalid',
      'The order names code, click and customer, each once at most.',
      'Write it like code, click, customer.',
      'credit_order',
    )
  return order
}

/** An amount of zero or more, in minor units. */
export function parseAmount(typed: string, currency: string, field: string): string {
  const { minor } = typedMoney(typed, currency)
  if (minor < 0n) throw new Refusal('invalid', 'This amount is below zero.', 'Write an amount such as 20.00, or 0.', field)
  return minor.toString()
}

/** A limit: an amount above zero, or "none". */
export function parseLimit(typed: string, currency: string, field: string): string | null {
  if (typed.trim().toLowerCase() === 'none') return null
  const { minor } = typedMoney(typed, currency)
  if (minor <= 0n) throw new Refusal('invalid', 'A limit is above zero.', 'Write an amount such as 50.00, or none.', field)
  return minor.toString()
}

/** "5 % for 12 months" → a referral; "none" is none. */
export function parseReferral(typed: string): { bps: number; months: number } | null {
  if (typed.trim().toLowerCase() === 'none') return null
  const [, share = '', months = '12'] = /^([\d.,]+ ?%?)(?: for (\d{1,3}) months?)?$/i.exec(typed.trim()) ?? []
  const bps = bpsOf(share)
  if (bps === undefined || bps === 0 || Number(months) < 1 || Number(months) > 120)
    throw new Refusal(
      'invalid',
      'A referral is a share of the commission for some months.',
      'Write it like 5 % for 12 months, or none.',
      'referral',
    )
  return { bps, months: Number(months) }
}
