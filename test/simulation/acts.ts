/** What people do in a program, each drawn by the dice: most of it allowed, some of it not. */
import { keepAccount, noteState } from '../../src/payouts/onboarding.ts'
import { saveDetails } from '../../src/payouts/payees.ts'
import { buttonsOf } from '../chat.ts'
import { german } from '../rooms/payees.ts'
import { actorOf, arrive, ask, type House, member, type Person } from './house.ts'
import { pay } from './pay.ts'

export type Act = (house: House) => Promise<unknown>

const anyCreator = (house: House): Person => house.dice.pick(house.creators)
const anyManager = (house: House): Person => member(house, house.dice.pick(['Fay', 'Gus', 'Root']))

/** A German account of its own. */
export function ibanOf(n: number): string {
  const bban = `37040044${String(n).padStart(10, '0')}`
  const rest = BigInt(`${bban}131400`) % 97n
  return `DE${String(98n - rest).padStart(2, '0')}${bban}`
}

/** Applies, accepts, is let in, and mostly says where the money goes. */
const join: Act = async (house) => {
  const { dice } = house
  const n = house.creators.length + 1
  const person = await arrive(house, `C${n}`, dice.pick(house.chats))
  const email = `c${n}@example.com`
  const given = { handle: `@c${n}.glow`, niche: 'beauty', country: 'DE', email, adult_and_consent: 'yes' }
  const terms = await ask(house, person, 'apply', given)
  const accept = buttonsOf(terms).find((one) => one.label === 'Accept')
  if (!accept || !('run' in accept)) throw new Error(`C${n} was not asked to accept the terms: ${terms.title}`)
  await ask(house, person, accept.run, accept.given ?? {})
  const { id } = await house.within((ctx) => ctx.db.creator.findFirstOrThrow({ where: { personId: person.personId } }))
  await ask(house, anyManager(house), 'creator approve', { creator: id })
  person.creatorId = id
  const own = await house.within(async (ctx) => ({
    code: await ctx.db.code.findFirst({ where: { creatorId: id } }),
    link: await ctx.db.link.findFirst({ where: { creatorId: id } }),
  }))
  if (!own.code || !own.link) throw new Error(`C${n} was let in without a code or a link`)
  Object.assign(person, { code: own.code.code, slug: own.link.slug })
  if (dice.percent(90)) await account(house, person)
  house.creators.push(person)
}

/** Says where the money goes; who says it again gets nothing for 72 hours, and what was not sent yet is taken back. */
async function account(house: House, person: Person): Promise<void> {
  const { name, creatorId } = person
  const n = ++house.count.accounts
  const method = house.pays.length > 1 && house.dice.percent(80) ? 'stripe' : 'bank'
  await house.as(actorOf(person, 'creator'), async (ctx) => {
    if (method === 'stripe') {
      // The account that Stripe made is one for ever.
      const account = `acct_1${name.padEnd(15, '0')}`
      if (house.dice.percent(90)) house.stripe.accounts.add(account)
      await keepAccount(ctx, creatorId, account, 'DE')
      const state = { submitted: true, chargesEnabled: true, payoutsEnabled: true, transfers: 'active', due: 0 }
      await noteState(ctx, creatorId, state)
    }
    const iban = method === 'bank' ? ibanOf(n) : ''
    const saved = await saveDetails(ctx, creatorId, german(`${name} Lind`, { method, iban }))
    if ('errors' in saved) throw new Error(`${name} could not say where the money goes: ${JSON.stringify(saved.errors)}`)
  })
  house.note(`${name} is paid by ${method}`)
}

const changeAccount: Act = (house) => account(house, anyCreator(house))

/** Follows a link; what is answered with a redirect is kept. */
async function follow(house: House, who: Person): Promise<string> {
  const headers = { 'user-agent': 'Mozilla/5.0 (iPhone) Safari/605', 'x-forwarded-for': `198.51.100.${house.dice.below(250)}` }
  const answer = await house.web.server.inject({ method: 'GET', url: `/${who.slug}`, headers })
  const cid = new URL(answer.headers.location as string).searchParams.get('cid')!
  house.clicks.push(cid)
  house.note(`click ${who.slug} ${answer.statusCode} ${cid}`)
  await house.web.clicks.shipper.shipAll()
  return cid
}

const click: Act = (house) => follow(house, anyCreator(house))

const buy: Act = async (house) => {
  const { dice, shop } = house
  for (let n = dice.between(1, 4); n > 0; n--) {
    const who = anyCreator(house)
    const base = dice.percent(10) ? dice.between(1, 9) : dice.between(100, 40_000)
    const how = dice.percent(70) ? { code: who.code } : { cid: await follow(house, who) }
    const sale = shop.buy({ creatorId: who.creatorId, base, ...how })
    house.note(`sale ${sale.id} ${base} ${who.name}`)
  }
}

const giveBack: Act = async (house) => {
  const { dice, shop } = house
  if (shop.sales.length === 0) return
  const sale = dice.pick(shop.sales)
  const left = sale.base - sale.back.reduce((sum, one) => sum + one.minor, 0)
  if (left <= 0) return
  shop.giveBack(sale, dice.percent(50) ? left : dice.between(1, left))
}

const handIn: Act = async (house) => {
  const who = anyCreator(house)
  const mission = await house.within((ctx) => ctx.db.mission.findFirst({ where: { state: 'open' }, orderBy: { id: 'desc' } }))
  const caption = house.dice.percent(85) ? '#ad My honest look at the Dew Serum' : 'My honest look at the Dew Serum'
  const url = `https://www.instagram.com/reel/R${++house.count.posts}x/`
  const forIt: Record<string, string> = mission && house.dice.percent(60) ? { mission: mission.id } : {}
  if (forIt.mission) await ask(house, who, 'mission claim', forIt)
  await ask(house, who, 'submit', { caption, url, spoken: 'true', shown: 'true', ...forIt })
}

const decide: Act = async (house) => {
  const waiting = await house.within((ctx) =>
    ctx.db.submission.findMany({ where: { state: 'submitted' }, orderBy: { id: 'asc' }, select: { id: true } }),
  )
  if (waiting.length === 0) return
  const submission = house.dice.pick(waiting).id
  const [run, more] = house.dice.pick([
    ['review approve', { anyway: 'true' }],
    ['review approve', { anyway: 'true' }],
    ['review changes', { note: 'A softer light, please' }],
    ['review reject', { reason: 'quality', note: 'Too dark to see the product' }],
  ] as const)
  const judge = anyManager(house)
  await ask(house, judge, run, { submission, ...more })
  const next = house.dice.pick(['undo', 'approve', 'nothing', 'nothing'])
  if (next === 'undo') await ask(house, judge, 'review undo', { submission })
  if (next === 'approve') await ask(house, anyManager(house), 'review approve', { submission, anyway: 'true' })
}

const moment: Act = async (house) => {
  const running = await house.within((ctx) => ctx.db.moment.findFirst({ where: { state: 'running' }, orderBy: { id: 'desc' } }))
  if (!running) {
    const plan = { kind: 'restock', headline: 'The Dew Serum is back', hours: '24', seats: String(house.dice.between(1, 3)) }
    await ask(house, anyManager(house), 'moment start', house.dice.percent(50) ? { ...plan, percent: '15' } : plan)
  } else if (house.dice.percent(80)) await ask(house, anyCreator(house), 'moment join', { moment: running.id })
  else await ask(house, anyManager(house), 'moment end', { moment: running.id })
}

const kudos: Act = (house) => ask(house, anyCreator(house), 'kudos', { creator: anyCreator(house).creatorId, note: 'Thank you' })

const settings: Act = (house) =>
  ask(
    house,
    anyCreator(house),
    'settings',
    house.dice.pick<Record<string, string>>([
      { zone: house.dice.pick(['America/New_York', 'Asia/Kolkata', 'Australia/Sydney', 'Europe/Berlin']) },
      { quiet_from: '21:00', quiet_to: '08:30' },
      { pause: '2' },
      { pause: 'off' },
      { shown: house.dice.pick(['name', 'hidden']) },
    ]),
  )

const mission: Act = async (house) => {
  const by = anyManager(house)
  const seats = `${house.dice.between(1, 3)} x ${house.dice.between(5, 60)}.00`
  const plan = {
    title: 'Dew week',
    brief: 'Show how you use the serum.',
    deadline: '14 days',
    seats_and_fee: seats,
    rights: 'social',
  }
  await ask(house, by, 'campaign create', plan)
  const draft = await house.within((ctx) => ctx.db.mission.findFirst({ where: { state: 'draft' }, orderBy: { id: 'desc' } }))
  if (draft) await ask(house, by, 'campaign publish', { mission: draft.id })
}

const bonus: Act = async (house) => {
  const amount = `${house.dice.between(5, 90)}.00`
  await ask(house, anyManager(house), 'bonus give', { creator: anyCreator(house).creatorId, amount, reason: 'A lovely idea' })
  const asked = await house.within((ctx) => ctx.db.bonus.findFirst({ where: { state: 'waiting' }, orderBy: { id: 'desc' } }))
  if (asked) await ask(house, anyManager(house), house.dice.pick(['bonus confirm', 'bonus refuse']), { bonus: asked.id })
}

const look: Act = (house) =>
  ask(house, anyCreator(house), house.dice.pick(['earnings', 'leaderboard', 'stats', 'home', 'link', 'code']))

/** How often each is drawn. */
const weights: [Act, number][] = [
  [buy, 30],
  [click, 8],
  [giveBack, 18],
  [join, 6],
  [handIn, 10],
  [decide, 12],
  [pay, 8],
  [changeAccount, 2],
  [moment, 5],
  [kudos, 5],
  [settings, 5],
  [mission, 3],
  [bonus, 4],
  [look, 5],
]
const drawn = weights.flatMap(([act, weight]) => Array.from({ length: weight }, () => act))

export async function act(house: House): Promise<void> {
  // A program begins with somebody in it, who sells.
  await (house.creators.length < 2 ? join : house.shop.sales.length < 5 ? buy : house.dice.pick(drawn))(house)
}
