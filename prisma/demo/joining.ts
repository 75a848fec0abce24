/** How everyone came in: the team, the missions, and the people who applied. */
import { must } from '../../src/kernel/refusal.ts'
import { days, hours, minutes } from '../../src/kernel/time.ts'
import { setRole } from '../../src/people/service.ts'
import { welcomeCard } from '../../src/programs/cards.ts'
import { currentTerms } from '../../src/programs/service.ts'
import { type DemoMission, missions } from './content.ts'
import { admin, type Applicant, creators, type DemoCreator, declined, emailOf, type Member, managers, waiting } from './people.ts'
import { deal, type Stage, sideBySide, type Thread, thread } from './stage.ts'

const AT_ONCE = 4

/** What the rest of the story needs of a creator. */
export type Joined = { creatorId: string; linkId: string; code: string; percent: number }

export async function everyoneJoins(stage: Stage): Promise<Map<string, Joined>> {
  const team = thread(stage, 'team')
  await theTeam(team)
  await openMission(team, missions[0]!)
  const rows = deal<Applicant | DemoCreator>([...creators, declined, ...waiting], AT_ONCE)
  const threads = rows.map((_, row) => thread(stage, `join${row}`))
  await sideBySide(rows, (one, row) => joins(threads[row]!, one))
  for (const mission of missions.slice(1)) await openMission(team, mission)
  return joined(team)
}

/** Someone has to be the first admin; the others are named by her. */
async function theTeam(told: Thread): Promise<void> {
  const { end } = told
  told.at(minutes(days(end, -365), 10))
  await told.ask(admin, 'help')
  const rosa = await personOf(told, admin)
  await told.within(async (ctx) => {
    await setRole(ctx, rosa, 'admin')
    await ctx.show({ channel: 'start-here' }, 'welcome', welcomeCard(ctx.program), { pin: true })
  })
  for (const [i, manager] of managers.entries()) {
    told.at(hours(days(end, -364), i))
    await told.ask(manager, 'help')
    await told.ask(admin, 'team set', { person: await personOf(told, manager), role: 'manager' })
  }
}

async function openMission(told: Thread, { title, brief, fee, budget, days: ago, open }: DemoMission): Promise<void> {
  told.at(days(told.end, -ago))
  await told.ask(managers[0]!, 'mission create', { title, brief, fee, budget, days: String(open) })
}

/** Applies, accepts the terms and is answered within the day; whoever waits is not answered yet. */
async function joins(told: Thread, one: Applicant | DemoCreator): Promise<void> {
  const { handle, niche, country, zone } = one
  const applied = days(told.end, -one.days)
  told.at(applied)
  await told.ask(one, 'apply', { handle, niche, country, email: emailOf(one), adult_and_consent: 'yes' })
  told.at(minutes(applied, 4))
  const terms = await told.within((ctx) => currentTerms(ctx.db, ctx.program.id))
  await told.ask(one, 'terms accept', { terms: terms.id })
  if (waiting.includes(one)) return
  told.at(hours(applied, 5 + (one.name.length % 9)))
  const creator = (await creatorOf(told, one)).id
  const manager = managers[one.name.length % managers.length]!
  if (one === declined) {
    const note = 'We love the mountains. Once there is more skincare between them, we would be glad to hear from you again.'
    await told.ask(manager, 'creator decline', { creator, reason: 'fit', note })
    return
  }
  await told.ask(manager, 'creator approve', { creator })
  told.at(days(applied, 1.2))
  // Sales of a whole year, told one by one, would fill every private place; see `wishes` in year.ts.
  await told.ask(one, 'settings', { zone, alerts: 'none', ...('wishes' in one ? one.wishes : {}) })
}

async function personOf({ app, programId }: Thread, { user }: Member): Promise<string> {
  const where = { platform_workspace_externalId: { platform: 'web', workspace: programId, externalId: user } }
  return (await app.database.across((db) => db.identity.findUniqueOrThrow({ where }))).personId
}

async function creatorOf(told: Thread, who: Member) {
  const personId = await personOf(told, who)
  return told.within((ctx) => ctx.db.creator.findUniqueOrThrow({ where: { programId_personId: { programId: ctx.program.id, personId } } }))
}

async function joined(told: Thread): Promise<Map<string, Joined>> {
  const all = await told.within(async ({ db, program }) => {
    const where = { programId: program.id }
    return {
      creators: await db.creator.findMany({ where: { ...where, state: 'approved' } }),
      links: await db.link.findMany({ where }),
      codes: await db.code.findMany({ where }),
    }
  })
  return new Map(
    creators.map(({ user, handle }) => {
      const creator = all.creators.find((row) => row.handle === handle)
      const link = all.links.find((row) => row.creatorId === creator?.id)
      const code = all.codes.find((row) => row.creatorId === creator?.id)
      must(creator && link && code, `${handle} was let in with a link and a code`)
      return [user, { creatorId: creator.id, linkId: link.id, code: code.code, percent: code.percent }]
    }),
  )
}
