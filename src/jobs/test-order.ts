import type { Connector } from '../connector.ts'
import type { Context } from '../context.ts'
import { testCreator } from '../creators/tester.ts'
import { type JobContext, job } from '../job.ts'
import { isOrderFact } from '../kernel/fact.ts'
import { parseMoney } from '../kernel/money.ts'
import { must } from '../kernel/refusal.ts'
import { hmacBase64 } from '../kernel/signature.ts'
import { minutes } from '../kernel/time.ts'
import { audit } from '../ledger/audit.ts'
import { bookedOf } from '../ledger/service.ts'
import { makeLink } from '../links/service.ts'
import { testClick } from '../links/tester.ts'
import { type TestResult, testOrderCard } from '../orders/cards-test.ts'
import { record } from '../orders/service.ts'
import { policyOf } from '../programs/rules.ts'
import { mirrorPolicy, testPlan, testProgramOf } from '../programs/tester.ts'

export default job({
  about: 'Sends a click, an order and a refund through the generic connector into books of their own, and shows what they did',
  async run(app, { program = '', person = '', name = '' }) {
    const real = await app.within(program, async (ctx) => ctx.program)
    const known = await app.database.across((db) => testProgramOf(db, program))
    // Of two that found it at once one fails here, and finds it at its next try.
    const books = known?.id ?? (await app.found(testPlan(real), async (ctx) => ctx.program.id))
    await app.within(books, (ctx) => mirrorPolicy(ctx, policyOf(real)))
    const result = await app.within(books, (ctx) => sendThrough(app, ctx, name))
    await app.within(program, (ctx) => ctx.show({ person }, `test-order:${name}`, testOrderCard(result)))
    app.ring('deliver')
  },
})

/** Whole amounts, which every currency has. */
const [PAID, REFUNDED] = ['100', '40']

/** The three steps as a shop would cause them. Run again under the same name it finds what it did and adds nothing. */
async function sendThrough(app: JobContext, ctx: Context, name: string): Promise<TestResult> {
  const connector = app.connectors.get('generic')
  must(connector, 'the generic connector is part of Troupe')
  const link = await makeLink(ctx, await testCreator(ctx))
  const cid = await testClick(ctx, link.id, minutes(ctx.now, -2))
  const { currency } = ctx.program
  const [id, number] = [`test-${name}`, `#T-${name.slice(-6)}`]
  const at = (ago: number) => minutes(ctx.now, -ago).toISOString()
  await send(ctx, connector, `${id}-paid`, {
    type: 'order.created',
    data: { id, number, at: at(1), currency, total: PAID, cid, paid: true },
  })
  await send(ctx, connector, `${id}-refund`, {
    type: 'order.refunded',
    data: { id: `${id}-refund`, order_id: id, at: at(0), currency, base: REFUNDED },
  })
  return resultOf(ctx, id)
}

/** Signed and checked as if it had come from outside, then read and recorded. */
async function send(ctx: Context, connector: Connector, id: string, event: object): Promise<void> {
  const where = { programId_source: { programId: ctx.program.id, source: connector.source } }
  const { secrets } = await ctx.db.connection.findUniqueOrThrow({ where })
  const secret = ctx.unseal((secrets as string[])[0]!)
  const body = Buffer.from(JSON.stringify(event))
  const timestamp = String(Math.floor(ctx.now.getTime() / 1000))
  const signature = hmacBase64(Buffer.from(secret.slice('whsec_'.length), 'base64'), `${id}.${timestamp}.`, body)
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
  must(connector.verify({ headers, body }, [secret], ctx.now), 'what we sign ourselves is signed well')
  for (const fact of connector.facts({ headers, body }, { hash: ctx.hash })) {
    if (isOrderFact(fact)) await record(ctx, connector.source, fact)
  }
}

async function resultOf(ctx: Context, externalId: string): Promise<TestResult> {
  const { id: programId, currency, name } = ctx.program
  const where = { programId_source_externalId: { programId, source: 'generic', externalId } }
  const order = await ctx.db.order.findUniqueOrThrow({ where })
  const line = await ctx.db.line.findUnique({ where: { orderId: order.id } })
  const hold = line && (await ctx.db.hold.findUnique({ where: { line: line.id } }))
  const { booked, reversed } = await bookedOf(ctx, line?.id ?? '')
  return {
    number: order.number,
    paid: { minor: order.base, currency },
    refunded: parseMoney(REFUNDED, currency),
    rule: order.rule,
    credited: line !== null,
    booked,
    reversed,
    availableAt: hold?.availableAt ?? null,
    broken: await audit(ctx),
    books: name,
  }
}
