/** Who may run what, and that nothing of another program can be named: every command, read from the product itself. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AnyCommand } from '../../src/command.ts'
import type { Role } from '../../src/context.ts'
import { openWebDoor } from '../../src/http/doors.ts'
import type { Kind } from '../../src/kernel/id.ts'
import { setFinance } from '../../src/people/service.ts'
import { Browser } from '../browser.ts'
import { Persona } from '../chat.ts'
import { type World, world } from '../world.ts'

let w: World
let other: string
let root: Persona
let theirs: Record<string, string>
const people: Record<string, Persona> = {}

beforeAll(async () => {
  w = await world({ mounts: (app) => openWebDoor(app, false) })
  other = await w.neighbour()
  root = await w.admin('Root')
  people.anyone = await w.applicant('Al')
  people.creator = await w.creator('Mia')
  people.manager = await w.manager('Ana')
  people.finance = await w.applicant('Fay')
  await w.within((ctx) => setFinance(ctx, people.finance!.personId, true))
  theirs = await furnish()
})
afterAll(() => w.close())

/** One row of each kind that a command may name, in the other program. */
function furnish(): Promise<Record<string, string>> {
  return w.app.within(other, async (ctx) => {
    const { db } = ctx
    const programId = other
    const createdAt = w.now
    const kinds: Kind[] = ['creator', 'code', 'case', 'batch', 'payment', 'bonus', 'sample', 'rule', 'inbox', 'outbox', 'file']
    const more: Kind[] = ['import', 'submission', 'mission', 'bulk', 'order']
    const id = Object.fromEntries([...kinds, ...more].map((kind) => [kind, ctx.id(kind)])) as Record<string, string>
    const persona = new Persona(w.app, w.door, other, 'Zed', { platform: 'web', workspace: other })
    await persona.arrive()
    const { personId } = persona
    const creatorId = id.creator!
    const row = (kind: Kind) => ({ id: id[kind]!, programId, createdAt })
    const person = { name: 'Zed', handle: '@zed', niche: 'x', country: 'US', email: 'zed@example.com' }
    await db.creator.create({ data: { ...row('creator'), personId, state: 'approved', ...person, appliedAt: createdAt } })
    await db.code.create({ data: { ...row('code'), creatorId, code: 'ZED10', percent: 10 } })
    await db.case.create({ data: { ...row('case'), creatorId, kind: 'fraud', state: 'held', subject: 'x' } })
    await db.batch.create({ data: { ...row('batch'), payday: '2026-11-15', state: 'prepared', preparedBy: personId } })
    const money = { minor: 5_000n, currency: 'USD' }
    const account = { method: 'bank', country: 'US', sealed: 'x', shown: 'x', accountHash: 'x', reference: 'P-ZZZZZZZZZZ' }
    const paid = { batchId: id.batch!, creatorId, firstId: creatorId, payday: '2026-11-15', state: 'confirmed' }
    await db.payment.create({ data: { ...row('payment'), ...paid, ...money, ...account } })
    await db.bonus.create({ data: { ...row('bonus'), creatorId, ...money, reason: 'x', state: 'waiting', givenBy: personId } })
    await db.sample.create({ data: { ...row('sample'), month: '2026-10', seed: 'x' } })
    await db.rateRule.create({ data: { ...row('rule'), name: 'x', rateBps: 900, from: createdAt, createdBy: personId } })
    const parked = { source: 'generic', externalId: 'x', state: 'parked', bodyHash: 'x', receivedAt: createdAt }
    await db.inbox.create({ data: { id: id.inbox!, programId, ...parked } })
    const space = await db.space.findFirstOrThrow({ where: { programId } })
    const post = { kind: 'post', audience: 'x', key: 'x', payload: {}, state: 'parked', notBefore: createdAt }
    await db.outbox.create({ data: { ...row('outbox'), spaceId: space.id, ...post } })
    await db.file.create({ data: { ...row('file'), sha256: 'x', mime: 'text/csv', bytes: 1, name: 'x.csv' } })
    const run = { personId, fileId: id.file!, name: 'x', source: 'csv', state: 'done', rows: 0, counts: {}, reportId: id.file! }
    await db.import.create({ data: { ...row('import'), ...run } })
    const piece = { creatorId, state: 'submitted', caption: 'x', submittedAt: createdAt }
    await db.submission.create({ data: { ...row('submission'), ...piece } })
    const brief = { title: 'x', brief: 'x', state: 'open', feeMinor: 0n, budgetMinor: 0n, opensAt: createdAt }
    await db.mission.create({ data: { ...row('mission'), ...brief } })
    await db.bulk.create({ data: { ...row('bulk'), personId, act: 'pause', words: '', creators: [creatorId] } })
    const sold = { source: 'generic', externalId: 'x', number: '#1', at: createdAt, currency: 'USD', base: 1n, rule: 'code' }
    await db.order.create({ data: { ...row('order'), ...sold, components: {}, codes: [], creatorId } })
    id.asset = ctx.id('asset')
    await db.asset.create({ data: { id: id.asset, programId, title: 'x', createdAt } })
    await db.assetVersion.create({
      data: { assetId: id.asset, number: 1, programId, url: 'https://x.example/', by: personId, at: createdAt },
    })
    id.gift = ctx.id('gift')
    await db.gift.create({ data: { id: id.gift, programId, creatorId, product: 'x', state: 'asked', createdAt } })
    id.metric = ctx.id('metric')
    const looked = { submissionId: id.submission!, day: '2026-11-19', source: 'hand', views: 1n, at: createdAt }
    await db.postMetric.create({ data: { id: id.metric, programId, ...looked } })
    id.grant = ctx.id('grant')
    id.placement = ctx.id('placement')
    const used = { programId, createdAt, submissionId: id.submission! }
    const scope = {
      channels: ['website'],
      days: 90,
      exclusivity: 'none',
      edits: 'light',
      ai: false,
      likeness: true,
      feeMinor: 0n,
    }
    const offer = { ...scope, state: 'requested', currency: 'USD', termsId: ctx.id('terms'), offeredBy: 'brand', creatorId }
    await db.grant.create({ data: { ...used, ...offer, id: id.grant } })
    const spot = { grantId: id.grant, channel: 'website', place: 'x', since: createdAt, placedBy: personId }
    await db.placement.create({ data: { ...used, ...spot, id: id.placement } })
    id.refund = ctx.id('refund')
    const back = { source: 'generic', externalId: 'x', orderExternalId: 'x', at: createdAt, currency: 'EUR', createdAt }
    await db.refund.create({ data: { id: id.refund, programId, ...back, base: 1n } })
    id.capture = ctx.id('capture')
    const caught = { messageHash: 'x', state: 'asked', source: 'menu', creatorId, url: 'https://x.example/', rights: 'social' }
    await db.capture.create({ data: { id: id.capture, programId, createdAt, ...caught } })
    id.moment = ctx.id('moment')
    const prompt = { kind: 'flash', headline: 'x', state: 'running', seats: 5, countedAt: createdAt, startsAt: createdAt }
    const ends = { endsAt: new Date('2027-01-01T00:00:00Z'), createdBy: personId, createdAt }
    await db.moment.create({ data: { id: id.moment, programId, ...prompt, ...ends } })
    id.question = ctx.id('question')
    await db.question.create({ data: { id: id.question, programId, personId, words: 'x', state: 'open', createdAt } })
    id.offer = ctx.id('offer')
    const deal = { name: 'x', percent: 10, startsAt: createdAt, endsAt: ends.endsAt, createdBy: personId, createdAt }
    await db.offer.create({ data: { id: id.offer, programId, ...deal } })
    id.reply = ctx.id('reply')
    await db.reply.create({ data: { id: id.reply, programId, title: 'x', words: 'x', createdBy: personId, createdAt } })
    id.gallery = ctx.id('gallery')
    const set = { channel: 'website', name: 'x', token: 'x', page: 'https://x.example/', createdBy: personId }
    await db.gallery.create({ data: { ...set, id: id.gallery, programId, createdAt } })
    id.share = ctx.id('share')
    const sent = { state: 'submitted', tokenHash: 'x', consent: {}, termsId: ctx.id('terms'), submittedAt: createdAt }
    await db.share.create({ data: { id: id.share, programId, createdAt, ...sent } })
    id.season = ctx.id('season')
    const span = { from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-12-01T00:00:00Z') }
    await db.season.create({ data: { id: id.season, programId, period: '2026-11', metric: 'orders', ...span, createdAt } })
    id.shout = ctx.id('shout')
    const wish = { kind: 'shoutout', creatorId, askedBy: creatorId, words: 'x', state: 'asked', createdAt }
    await db.shout.create({ data: { id: id.shout, programId, ...wish } })
    id.reward = ctx.id('reward')
    const had = { kind: 'feature', title: 'x', cost: 1, approval: true, createdBy: personId, createdAt }
    await db.reward.create({ data: { id: id.reward, programId, ...had } })
    id.redemption = ctx.id('redemption')
    const wanted = { rewardId: id.reward, creatorId, cost: 1, state: 'asked', createdAt }
    await db.redemption.create({ data: { id: id.redemption, programId, ...wanted } })
    id.incentive = ctx.id('incentive')
    const pays = { kind: 'row', number: 5, minor: 1n, budgetMinor: 9n, state: 'draft', createdBy: personId, createdAt }
    await db.rewardRule.create({ data: { id: id.incentive, programId, ...pays } })
    id.broadcast = ctx.id('broadcast')
    const news = { title: 'x', words: 'x', audience: {}, createdBy: personId, createdAt }
    await db.broadcast.create({ data: { id: id.broadcast, programId, ...news } })
    id.audit = ctx.id('audit')
    await db.audit.create({ data: { id: id.audit, programId, run: 'x', given: {}, outcome: 'done', at: createdAt } })
    const terms = await db.termsVersion.findFirstOrThrow({ where: { programId } })
    return { ...id, terms: terms.id, person: personId }
  })
}

/** All that the other program has, as one word. */
async function fingerprint(): Promise<string> {
  const { owner } = w.app.database
  const { rows } = await owner.query<{ table_name: string }>(
    `SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND c.column_name = 'programId' AND t.table_type = 'BASE TABLE' ORDER BY 1`,
  )
  const each = rows.map(
    ({ table_name: name }) =>
      `SELECT '${name}' AS name, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS sum FROM "${name}" t WHERE "programId" = '${other}'`,
  )
  const { rows: sums } = await owner.query(`${each.join(' UNION ALL ')} ORDER BY 1`)
  expect(sums.length).toBeGreaterThan(40)
  return JSON.stringify(sums)
}

const commands = (): AnyCommand[] => [...w.app.commands.values()].sort((a, b) => (a.name < b.name ? -1 : 1))

/** Something that passes the check of an option; the ids are the other program's. */
const words: Record<string, string> = {
  amount: '5.00',
  month: '2026-10',
  budget: '100.00',
  fee: '5.00',
  worth: '25.00',
  start: '2026-12-01 20:00',
  seen: 'aaaaaaaaaaaaaaaa',
  network: 'amazon',
  again: '30',
  channels: 'social',
  term: '90 days',
  per_thousand: '1.00',
  at_most: '9.00',
  country: 'DE',
  address: 'Rose Lane 4\n10115 Berlin',
  ends: '2026-12-24',
  day: '2026-12-01',
  at: '09:00',
  each: '5.00',
  rate: '5 %',
}

/** What some commands want besides. */
const besides: Record<string, Record<string, string>> = {
  'creator tag': { add: 'vip' },
  'team set': { role: 'manager' },
  'asset add': { url: 'https://glow.example/x' },
  'asset replace': { url: 'https://glow.example/x' },
  'metrics add': { views: '5' },
  'offer create': { discount: '20 %' },
  'review changes': { note: 'Say it first.' },
}

/** These say the same of what is not there as of what is over by now. */
const sayOver = new Set(['retry', 'dismiss', 'terms accept'])

function givenFor(cmd: AnyCommand, naming: string): Record<string, string> {
  const wanted = Object.entries(cmd.options).filter(([name, option]) => option.required || name === naming)
  return Object.fromEntries(
    wanted.map(([name, option]) => {
      if (option.kind === 'id') return [name, theirs[option.of!] ?? '']
      if (option.choices) return [name, option.choices[0]!.value]
      if (option.kind === 'integer') return [name, '5']
      return [name, words[name] ?? (option.kind === 'url' ? 'https://glow.example/x' : 'Some words here')]
    }),
  )
}

const outcomeOf = async (): Promise<string> => {
  const where = { programId: w.programId }
  return (await w.within((ctx) => ctx.db.audit.findFirstOrThrow({ where, orderBy: [{ at: 'desc' }, { id: 'desc' }] }))).outcome
}

/** Each run a moment later, so that the newest audit is its own. */
let moments = 0
const later = () => w.at(new Date(Date.parse('2026-11-20T12:00:00Z') + ++moments * 1_000))

test('an id of another program is not found, by whoever may run the command, and nothing there changes', async () => {
  const before = await fingerprint()
  const tried: string[] = []
  const wrong: string[] = []
  for (const cmd of commands()) {
    for (const [name, option] of Object.entries(cmd.options).filter(([, { kind }]) => kind === 'id')) {
      expect(theirs[option.of!], `a row of kind ${option.of} for /${cmd.name}`).toBeDefined()
      const asker = cmd.role === 'creator' ? people.creator! : root
      later()
      const { text } = await asker.ask(cmd.name, { ...givenFor(cmd, name), ...besides[cmd.name] })
      const outcome = await outcomeOf()
      tried.push(`${cmd.name} ${name}`)
      if (outcome !== (sayOver.has(cmd.name) ? 'conflict' : 'not_found'))
        wrong.push(`/${cmd.name} ${name}: ${outcome}: ${text.slice(0, 200)}`)
    }
  }
  expect(tried.length).toBeGreaterThan(40)
  expect(wrong).toEqual([])
  for (const run of ['payout settle', 'payout fail'])
    expect(await root.run(run, { payment: 'P-ZZZZZZZZZZ', ...(run.endsWith('fail') ? { reason: 'came back' } : {}) })).toContain(
      'There is no payment with this reference.',
    )
  expect(await people.creator!.run('why', { order: theirs.order! })).toMatch(/^Not found/)
  expect(await root.run('why', { order: theirs.order! })).toMatch(/^Not found/)
  expect(await fingerprint()).toBe(before)
})

test('every command is refused to the next below its role, and money to whoever is not finance', async () => {
  const below: Record<Role, string[]> = { anyone: [], creator: ['anyone', 'finance'], manager: ['creator'], admin: ['manager'] }
  const letIn: string[] = []
  for (const cmd of commands()) {
    for (const who of cmd.finance ? ['manager'] : below[cmd.role]) {
      later()
      const { form, text } = await people[who]!.ask(cmd.name, givenFor(cmd, ''))
      if (form || !text.startsWith('Not allowed') || (await outcomeOf()) !== 'not_allowed') letIn.push(`${who}: /${cmd.name}`)
    }
  }
  expect(letIn).toEqual([])
})

test('what moves money and who may is written down here too', () => {
  const named = (which: (cmd: AnyCommand) => boolean) =>
    commands()
      .filter(which)
      .map(({ name }) => name)
  const money = /^(payout|books|bonus|rate|tier|case|audit) /
  expect(named((cmd) => cmd.finance === true)).toEqual(
    // What a creator got as store credit is shown to that creator alone.
    named(({ name }) => (name.startsWith('payout ') && name !== 'payout gift') || name.startsWith('books ')),
  )
  expect(named((cmd) => money.test(cmd.name) && !cmd.finance && cmd.role !== 'manager' && cmd.role !== 'admin')).toEqual([
    'case list',
    'case say',
    'case show',
    'payout gift',
    'tier show',
  ])
})

test('pages of another program are not found by their address', async () => {
  const { server } = await w.serve()
  const browser = new Browser(server)
  await browser.signIn(root)
  for (const path of [
    `/payouts/${theirs.batch}`,
    `/papers/${theirs.file}`,
    `/exports/${theirs.gallery}`,
    `/media/${theirs.file}`,
  ]) {
    expect([path, (await browser.get(path)).status]).toEqual([path, 404])
    expect([path, (await new Browser(server).get(path)).status]).toEqual([path, path.startsWith('/media') ? 404 : 401])
  }
})
