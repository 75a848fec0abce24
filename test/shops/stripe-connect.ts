/** Stripe's transfers to connected accounts as far as Troupe asks for them: idempotency keys, groups, refusals, and a balance. */
import { type Answer, type Asked, type LocalShop, openShop } from './server.ts'
import { stripeKey } from './stripe.ts'

export type Sent = {
  id: string
  amount: number
  currency: string
  destination: string
  transfer_group: string
  metadata: { payment: string }
}

export type LocalConnect = LocalShop & {
  /** Every transfer that moved money, oldest first. */
  sent: Sent[]
  accounts: Set<string>
  /** Express accounts that were made, and links to their forms. */
  made: ({ id: string } & Record<string, string>)[]
  links: Record<string, string>[]
  /** What is said of every account. */
  states: Record<string, unknown>
  /** What is there to be paid out, in minor units. */
  balance: { minor: number }
}

export async function openConnect(): Promise<LocalConnect> {
  const sent: Sent[] = []
  const accounts = new Set<string>()
  const made: LocalConnect['made'] = []
  const links: LocalConnect['links'] = []
  const states: Record<string, unknown> = {}
  const balance = { minor: 1_000_000 }
  const done = new Map<string, { body: string; answer: Answer }>()
  const bad = (message: string, code: string): Answer => ({
    status: 400,
    json: { error: { type: 'invalid_request_error', message, code } },
  })

  const transfer = (form: URLSearchParams): Answer => {
    const [amount, destination] = [Number(form.get('amount')), form.get('destination') ?? '']
    if (!accounts.has(destination)) return bad(`No such destination: '${destination}'`, 'resource_missing')
    if (amount > balance.minor) return bad('You have insufficient available funds.', 'balance_insufficient')
    balance.minor -= amount
    const one = {
      id: `tr_${sent.length + 1}`,
      amount,
      currency: form.get('currency') ?? '',
      destination,
      transfer_group: form.get('transfer_group') ?? '',
      metadata: { payment: form.get('metadata[payment]') ?? '' },
    }
    sent.push(one)
    return { json: { object: 'transfer', ...one } }
  }

  const account = ({ method, path, body, headers }: Asked): Answer => {
    const form = Object.fromEntries(new URLSearchParams(body))
    if (path === '/v1/account_links') {
      links.push(form)
      return { json: { object: 'account_link', url: `https://connect.stripe.com/setup/e/${form.account}/${links.length}` } }
    }
    if (method === 'GET') return { json: { id: path.split('/').at(-1), requirements: { currently_due: [] }, ...states } }
    const key = String(headers['idempotency-key'])
    const one = made.find((row) => row.key === key) ?? { ...form, key, id: `acct_1Made${String(made.length).padStart(8, '0')}` }
    if (!made.includes(one as LocalConnect['made'][number])) made.push(one as LocalConnect['made'][number])
    return { json: { object: 'account', id: one.id } }
  }

  const shop = await openShop((asked): Answer => {
    if (asked.headers.authorization !== `Bearer ${stripeKey}`)
      return { status: 401, json: { error: { message: 'Invalid API Key provided' } } }
    if (asked.path.startsWith('/v1/account')) return account(asked)
    if (asked.path !== '/v1/transfers') return { status: 404, json: { error: { message: 'Unrecognized request URL' } } }
    if (asked.method === 'GET')
      return { json: { object: 'list', data: sent.filter((one) => one.transfer_group === asked.query.get('transfer_group')) } }
    const key = String(asked.headers['idempotency-key'] ?? '')
    const before = done.get(key)
    // The same key with other words is refused, as Stripe does.
    if (before && before.body !== asked.body)
      return {
        status: 400,
        json: {
          error: { type: 'idempotency_error', message: 'Keys for idempotent requests can only be used with the same parameters' },
        },
      }
    const answer = before?.answer ?? transfer(new URLSearchParams(asked.body))
    if (key !== '') done.set(key, { body: asked.body, answer })
    return answer
  })
  return { ...shop, sent, accounts, made, links, states, balance }
}
