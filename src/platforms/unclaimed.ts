/** The entrance of a space that belongs to no program yet: one card, one form, and the one-time code that ties the space to a program. */
import { type AnyCommand, problems } from '../command.ts'
import type { Context } from '../context.ts'
import type { Claim, Program } from '../db/generated/client.ts'
import { bringPinned } from '../db/outbox.ts'
import type { JobContext } from '../job.ts'
import { buttons, type Card, card, toned } from '../kernel/card.ts'
import { isCurrency } from '../kernel/money.ts'
import { must, Refusal } from '../kernel/refusal.ts'
import { codeHash, spend, tryCode, used } from '../people/claims.ts'
import { recognise, setRole } from '../people/service.ts'
import { welcomeCard } from '../programs/cards.ts'
import { GRACE_DAYS, openSpace, prepareSpace } from '../programs/service.ts'
import { formField } from './ask.ts'
import { failure, unknownSpace } from './outcome.ts'
import type { Call, Form } from './platform.ts'
import type { Hall } from './porter.ts'

type Entrance = Hall & Pick<JobContext, 'within' | 'found'>

const CLAIM = 'setup space'

/** What to answer in such a space: to a code what it leads to, to everything else the way to give one. */
export async function unclaimed(hall: Entrance, call: Call): Promise<Card> {
  if (call.platform === 'web') return unknownSpace
  const code = call.given.code
  if (call.run !== CLAIM || typeof code !== 'string' || code === '')
    return call.owner === false ? strangerCard(call) : entranceCard
  const cmd = hall.commands.get(CLAIM)
  try {
    return await claimSpace(hall, cmd, call, code)
  } catch (error) {
    return failure(hall, cmd, call, error).answer
  }
}

/** The form behind the button: the code, and for the very first one what the program is to be. */
export async function unclaimedForm(hall: Entrance, call: Call): Promise<Form | undefined> {
  const cmd = hall.commands.get(CLAIM)
  if (call.run !== CLAIM || !cmd || call.owner === false) return undefined
  const names = (await mayFound(hall)) ? ['code', 'name', 'currency', 'zone'] : ['code']
  // Suggestions are a program's own, and there is none yet.
  const fields = names.map((name) => ({ ...formField(name, cmd.options[name]!, undefined), required: true, suggests: false }))
  return { title: 'Connect this space', run: CLAIM, given: {}, fields }
}

const entranceCard = card(
  'This space is not tied to a program yet',
  'It takes a one-time code. The first one was printed where Troupe was started. Later ones are made by an admin of the program with /setup space.',
  buttons({ label: 'Connect this space', run: 'setup space', given: { '?': 'form' }, look: 'main' }),
)

const onlyOwners = 'Only the owner of a Discord server, or who installed the app in a Slack workspace, connects it.'

/** In Slack one command leads to all others; the short names are a workspace's own choice. */
const askThem = ({ platform }: Call): string =>
  `Ask them to run ${platform === 'slack' ? '/troupe setup space' : '/setup space'} here.`

const strangerCard = (call: Call): Card => card('This space is not tied to a program yet', onlyOwners, askThem(call))

async function claimSpace(hall: Entrance, cmd: AnyCommand | undefined, call: Call, typed: string): Promise<Card> {
  must(cmd, `${CLAIM} is a command`)
  if (call.owner === false) throw new Refusal('not_allowed', onlyOwners, askThem(call))
  const [wrong] = problems(cmd, call.given)
  if (wrong) throw new Refusal('invalid', wrong.sentence, undefined, wrong.field)
  const asker = `${call.platform} ${call.workspace} ${call.user}`
  const hasher = { hashCode: (code: string) => codeHash(hall.sealer, code) }
  const claim = await hall.database.across((db) =>
    tryCode(db, hasher, hall.clock(), { asker, typed, purposes: ['found', 'space'] }),
  )
  if (claim instanceof Refusal) throw claim
  if (claim.spentAt !== null) throw used()
  const enter = (ctx: Context) => takeIn(ctx, call, claim)
  const programId = claim.programId ?? (await awaiting(hall))
  return programId === undefined ? hall.found({ ...planOf(call), graceDays: GRACE_DAYS }, enter) : hall.within(programId, enter)
}

/** All that happens with the code, in one transaction: the space, its first person, what stands there. */
async function takeIn(ctx: Context, call: Call, claim: Claim): Promise<Card> {
  const { program } = ctx
  await spend(ctx, claim)
  const spaceId = await openSpace(ctx, program.id, call.platform, call.workspace)
  if (spaceId === undefined) throw new Refusal('conflict', 'This space was connected a moment ago.', 'See it with /setup show.')
  const first = claim.purpose === 'found'
  const { membership } = await recognise(ctx, { ...call, programId: program.id })
  const { personId } = membership
  if (first) {
    await setRole(ctx, personId, 'admin')
    await ctx.grant(personId, 'manager', true)
    await ctx.grant(personId, 'admin', true)
  }
  const given = { platform: call.platform, workspace: call.workspace, code: first ? 'first' : 'further' }
  const trace = { id: ctx.id('audit'), programId: program.id, personId, run: CLAIM, given, outcome: 'done', at: ctx.now }
  await ctx.db.audit.create({ data: trace })
  await prepareSpace(ctx, spaceId, personId)
  await ctx.show({ channel: 'start-here' }, 'welcome', welcomeCard(program), { pin: true })
  await bringPinned({ db: ctx.db, now: ctx.now, programId: program.id, id: ctx.id }, spaceId)
  return connectedCard(program, first)
}

const connectedCard = (program: Program, first: boolean): Card =>
  toned(
    'good',
    card(
      `This space is connected to ${program.name}`,
      'Its channels are made now. What is missing for them is told to you privately.',
      first ? 'You are its first admin.' : 'If you are known in another space of the program, connect the two accounts.',
      first
        ? buttons({ label: 'Show checklist', run: 'setup show', look: 'main' })
        : buttons({ label: 'Connect accounts', run: 'profile connect', given: { '?': 'form' }, look: 'main' }),
    ),
  )

/** The one real program that has no chat space yet; a demo and the books of test orders are none. */
async function awaiting(hall: Entrance): Promise<string | undefined> {
  const rows = await hall.database.across(async (db) => {
    const taken = await db.space.findMany({ where: { platform: { not: 'web' } }, select: { programId: true } })
    const where = { demo: false, testOf: null, id: { notIn: taken.map(({ programId }) => programId) } }
    return db.program.findMany({ where, select: { id: true }, take: 2 })
  })
  return rows.length === 1 ? rows[0]!.id : undefined
}

/** Whether the code that is waited for would found a program. */
async function mayFound(hall: Entrance): Promise<boolean> {
  const where = { purpose: 'found', spentAt: null, expiresAt: { gt: hall.clock() } }
  const open = await hall.database.across((db) => db.claim.count({ where }))
  return open > 0 && (await awaiting(hall)) === undefined
}

function planOf(call: Call): { name: string; currency: string; zone: string } {
  const said = (name: string) => (typeof call.given[name] === 'string' ? call.given[name].trim() : '')
  const plan = { name: said('name'), currency: said('currency').toUpperCase(), zone: said('zone') }
  if (plan.name === '' || plan.zone === '')
    throw new Refusal('invalid', 'The new program needs a name, a currency and a time zone.', 'Give all three.', 'name')
  if (!isCurrency(plan.currency))
    throw new Refusal('invalid', 'The currency is not one we know.', 'Give its three letters, such as EUR or USD.', 'currency')
  return plan
}
