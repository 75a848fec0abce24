/** Stripe at its edge: keys that make a request one, groups to ask by, refusals, limits, and answers that get lost on either way. */
import type { Fetch, Outgoing } from '../../src/fetch.ts'
import type { Dice } from './dice.ts'
import type { Life } from './life.ts'
import type { World } from './platform.ts'

export const STRIPE = 'https://api.stripe.com'

/** Money that has left. */
export type Transferred = { id: string; payment: string; destination: string; minor: bigint; at: number }

export type FakeStripe = {
  /** Every transfer that moved money, oldest first. */
  book: Transferred[]
  accounts: Set<string>
  count: { requests: number; lost: number; faults: number }
  calm: () => void
  /** The network as a process has it, which may be killed before its request leaves and before the answer is read. */
  fetchOf: (life: Life) => Fetch
}

type Reply = { status: number; json: unknown; headers?: Record<string, string> }
type Form = Record<string, string>

const refuse = (code: string, message: string): Reply => ({ status: 400, json: { error: { code, message } } })

export function fakeStripe(dice: Dice, world: World): FakeStripe {
  const books = openBooks(dice, world)
  const count = { requests: 0, lost: 0, faults: 0 }
  let rough = true
  /** What the same key was answered with. */
  const known = new Map<string, { body: string; reply: Reply }>()

  function answer({ method = 'GET', url, headers = {}, body = '' }: Outgoing): Reply {
    const { pathname, searchParams } = new URL(url)
    if (method === 'GET') return books.list(pathname, Object.fromEntries(searchParams))
    const key = headers['idempotency-key']
    const before = key === undefined ? undefined : known.get(key)
    if (before && before.body !== body) return refuse('idempotency_error', 'Keys can only be used with the same parameters.')
    const reply = before?.reply ?? books.write(pathname, Object.fromEntries(new URLSearchParams(body)))
    if (key !== undefined) known.set(key, { body, reply })
    return reply
  }

  function onTheWire(outgoing: Outgoing): Reply {
    const what = `${outgoing.method} ${new URL(outgoing.url).pathname}`
    world.spend(dice.between(40, 400))
    count.requests++
    if (rough && dice.percent(12)) {
      count.faults++
      world.note(`stripe fails ${what}`)
      const fault = dice.pick(['hang up', 'slow down', 'broken', 'busy'] as const)
      if (fault === 'hang up') throw new Error('socket hang up')
      if (fault === 'slow down') return { status: 429, json: {}, headers: { 'retry-after': '2' } }
      return fault === 'broken' ? { status: 503, json: {} } : { status: 409, json: { error: { code: 'lock_timeout' } } }
    }
    const reply = answer(outgoing)
    if (rough && dice.percent(outgoing.url.endsWith('/transfers') ? 40 : 15)) {
      count.lost++
      world.note(`stripe's answer to ${what} is lost`)
      throw new Error('socket hang up')
    }
    return reply
  }

  return {
    book: books.book,
    accounts: books.accounts,
    count,
    calm() {
      rough = false
    },
    fetchOf: (life) => async (outgoing) => {
      if (!outgoing.url.startsWith(STRIPE)) throw new Error('There is no other network in a simulation.')
      life.at('before stripe')
      const { status, json, headers = {} } = onTheWire(outgoing)
      life.at('after stripe')
      return { status, headers, body: Buffer.from(JSON.stringify(json)), url: outgoing.url }
    },
  }
}

/** What Stripe keeps: transfers, and the codes and webhooks that every connected shop is asked for. */
function openBooks(dice: Dice, world: World) {
  const book: Transferred[] = []
  const accounts = new Set<string>()
  const coupons = new Set<string>()
  const rows = new Map<string, Record<string, unknown>[]>([
    ['/v1/promotion_codes', []],
    ['/v1/webhook_endpoints', []],
    ['/v1/transfers', []],
    ['/v1/events', []],
  ])
  let ids = 0

  function transfer(form: Form): Reply {
    const destination = form.destination ?? ''
    if (!accounts.has(destination)) return refuse('resource_missing', `No such destination: '${destination}'`)
    if (dice.percent(10)) return refuse('balance_insufficient', 'You have insufficient available funds.')
    const payment = form['metadata[payment]'] ?? ''
    const one = { id: `tr_${++ids}`, payment, destination, minor: BigInt(form.amount ?? '0'), at: world.now() }
    book.push(one)
    world.note(`stripe pays ${one.minor} to ${destination} for ${payment}`)
    const row = { id: one.id, transfer_group: form.transfer_group, metadata: { payment } }
    rows.get('/v1/transfers')!.unshift(row)
    return { status: 200, json: row }
  }

  function keep(path: string, form: Form): Reply {
    const promotion = path === '/v1/promotion_codes'
    const all = rows.get(path)!
    if (promotion && all.some((row) => row.active && row.code === form.code))
      return refuse('resource_already_exists', 'An active promotion code with this code already exists.')
    const metadata = Object.fromEntries(
      Object.entries(form).flatMap(([name, value]) => (name.startsWith('metadata[') ? [[name.slice(9, -1), value]] : [])),
    )
    const row = promotion
      ? { id: `promo_${++ids}`, code: form.code, active: true, metadata }
      : { id: `we_${++ids}`, url: form.url, status: 'enabled', enabled_events: ['*'], metadata, secret: 'whsec_simulation' }
    all.push(row)
    return { status: 200, json: row }
  }

  return {
    book,
    accounts,
    list(path: string, asked: Form): Reply {
      const all = rows.get(path)
      if (path.startsWith('/v1/accounts/')) {
        const state = { details_submitted: true, charges_enabled: true, payouts_enabled: true }
        const more = { capabilities: { transfers: 'active' }, requirements: { currently_due: [] } }
        return { status: 200, json: { id: path.split('/').at(-1), ...state, ...more } }
      }
      if (!all) return { status: 404, json: { error: { message: 'Unrecognized request URL' } } }
      const data = all.filter((row) => ['code', 'transfer_group'].every((name) => !(name in asked) || row[name] === asked[name]))
      return { status: 200, json: { object: 'list', data, has_more: false } }
    },
    write(path: string, form: Form): Reply {
      if (path === '/v1/transfers') return transfer(form)
      if (path === '/v1/coupons') {
        const id = form.id ?? ''
        if (coupons.has(id)) return refuse('resource_already_exists', 'Coupon already exists.')
        coupons.add(id)
        return { status: 200, json: { id } }
      }
      const changed = /^(\/v1\/promotion_codes)\/(.+)$/.exec(path)
      const row = changed && rows.get(changed[1]!)!.find(({ id }) => id === changed[2])
      if (changed) {
        if (!row) return refuse('resource_missing', 'No such promotion code.')
        row.active = form.active === 'true'
        return { status: 200, json: row }
      }
      return rows.has(path) ? keep(path, form) : { status: 404, json: { error: { message: 'Unrecognized request URL' } } }
    },
  }
}
