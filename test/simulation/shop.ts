/** A shop that remembers what really happened, and tells it late, twice, in another order, and again where our answer was lost. */
import { Webhook } from 'standardwebhooks'
import type { Dice } from './dice.ts'

export type Sale = {
  id: string
  creatorId: string
  at: Date
  base: number
  code?: string
  cid?: string
  /** What was given back so far. */
  back: { id: string; at: Date; minor: number }[]
}

type Telling = { id: string; body: string; due: number; tries: number; done: boolean }

/** The answer of the intake: its status. */
export type Intake = (delivery: { id: string; body: string; headers: Record<string, string> }) => Promise<number>

export type Shop = {
  sales: Sale[]
  /** Ids of deliveries that were answered with 2xx. */
  acked: Set<string>
  buy: (sale: Omit<Sale, 'id' | 'back' | 'at'>) => Sale
  giveBack: (sale: Sale, minor: number) => void
  /** Tells what is due by now, in any order. `all` = everything, so that nothing is left untold. */
  tell: (intake: Intake, all?: boolean) => Promise<void>
}

const MINUTE = 60_000

export function fakeShop(dice: Dice, secret: string, now: () => Date): Shop {
  const sales: Sale[] = []
  const tellings: Telling[] = []
  const acked = new Set<string>()
  let events = 0

  /** Most are told at once, some hours later, few after days. */
  const delay = (): number => MINUTE * (dice.percent(70) ? dice.below(3) : dice.percent(80) ? dice.below(600) : dice.below(4_000))
  const plan = (type: string, data: object): void => {
    const body = JSON.stringify({ type, data })
    const one = { id: `msg_${++events}`, body, due: now().getTime() + delay(), tries: 0, done: false }
    tellings.push(one)
    // The same delivery once more, as every shop does now and then; and the same news under another id.
    if (dice.percent(15)) tellings.push({ ...one, due: one.due + delay() })
    if (dice.percent(5)) tellings.push({ ...one, id: `msg_${++events}`, due: one.due + delay() })
  }

  async function tellOne(one: Telling, intake: Intake): Promise<void> {
    one.tries++
    const at = now()
    const headers = {
      'webhook-id': one.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(one.id, at, one.body),
      'content-type': 'application/json',
    }
    const status = await intake({ id: one.id, body: one.body, headers })
    if (status >= 200 && status < 300) acked.add(one.id)
    // Our answer may be lost on its way: then it tells again.
    one.done = status < 300 && !(one.tries < 4 && dice.percent(12))
    one.due = at.getTime() + delay()
  }

  return {
    sales,
    acked,
    buy(more) {
      const sale: Sale = { ...more, id: `o${sales.length + 1}`, at: now(), back: [] }
      sales.push(sale)
      const { id, at, base, code, cid } = sale
      plan('order.created', { id, number: `#${id}`, at, currency: 'EUR', total: money(base), codes: code ? [code] : [], cid })
      return sale
    },
    giveBack(sale, minor) {
      const one = { id: `r${sale.id}-${sale.back.length + 1}`, at: now(), minor }
      sale.back.push(one)
      plan('order.refunded', { id: one.id, order_id: sale.id, at: one.at, currency: 'EUR', base: money(minor) })
    },
    async tell(intake, all = false) {
      const due = () => tellings.filter((one) => !one.done && (all || one.due <= now().getTime()))
      do for (const one of dice.shuffled(due())) await tellOne(one, intake)
      while (all && due().length > 0)
    },
  }
}

const money = (minor: number): string => (minor / 100).toFixed(2)
