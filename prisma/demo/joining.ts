/** How everyone came in: the team, the missions, and the people who applied. */
import { must } from '../../src/kernel/refusal.ts'
import { days, hours, minutes } from '../../src/kernel/time.ts'
import { setRole } from '../../src/people/service.ts'
import { welcomeCard } from '../../src/programs/cards.ts'
import { currentTerms } from '../../src/programs/service.ts'
import { type DemoMission, missions } from './content.ts'
import { type Applicant, admin, creators, type DemoCreator, declined, emailOf, type Member, managers, waiting } from './people.ts'
import { type Act, deal, type Stage, sideBySide, type Thread, tellRow, thread } from './stage.ts'

const ROWS = 4

/** What the rest of the story needs of a creator. */
export type Joined = { creatorId: string; linkId: string; code: string; percent: number }

export async function everyoneJoins(stage: Stage): Promise<Map<string, Joined>> {
  const [first, ...later] = missions
  await tellRow(stage, [...team(stage), opening(stage, first!)])
  const people: (Applicant | DemoCreator)[] = [...creators, declined, ...waiting]
  const rows = deal(people, ROWS).map((row) => row.flatMap((one) => joining(stage, one)))
  await sideBySide(stage, rows)
  await tellRow(
    stage,
    later.map((mission) => opening(stage, mission)),
  )
  return joined(thread(stage))
}

/** Someone has to be the first admin; the others are named by her. */
function team({ end }: Stage): Act[] {
  const first: Act = {
    at: minutes(days(end, -365), 10),
    async tell(told) {
      await told.ask(admin, 'help')
      const rosa = await personOf(told, admin)
      await told.within(async (ctx) => {
        await setRole(ctx, rosa, 'admin')
        await ctx.show({ channel: 'start-here' }, 'welcome', welcomeCard(ctx.program), { pin: true })
      })
    },
  }
  const named = managers.map(
    (manager, i): Act => ({
      at: hours(days(end, -364), i),
      async tell(told) {
        await told.ask(manager, 'help')
        await told.ask(admin, 'team set', { person: await personOf(told, manager), role: 'manager' })
      },
    }),
  )
  return [first, ...named]
}

function opening({ end }: Stage, { title, brief, fee, budget, days: ago, open }: DemoMission): Act {
  return {
    at: days(end, -ago),
    async tell(told) {
      const plan = { title, brief, deadline: `${open} days`, seats_and_fee: `any x ${fee}`, rights: 'none' }
      await told.ask(managers[0]!, 'campaign create', plan)
      const where = (programId: string) => ({ programId, title, state: 'draft' })
      const { id: mission } = await told.within((ctx) => ctx.db.mission.findFirstOrThrow({ where: where(ctx.program.id) }))
      await told.ask(managers[0]!, 'campaign scope', { mission, budget })
      await told.ask(managers[0]!, 'campaign publish', { mission })
    },
  }
}

/** Applies, accepts the terms and is answered within the day; whoever waits is not answered yet. */
function joining({ end }: Stage, one: Applicant | DemoCreator): Act[] {
  const { handle, niche, country, zone } = one
  const applied = days(end, -one.days)
  const manager = managers[one.name.length % managers.length]!
  const form = { handle, niche, country, email: emailOf(one), adult_and_consent: 'yes' }
  const note = 'We love the mountains. Once there is more skincare between them, we would be glad to hear from you again.'
  const asks: Act[] = [
    { at: applied, tell: (told) => told.ask(one, 'apply', form) },
    {
      at: minutes(applied, 4),
      tell: async (told) =>
        told.ask(one, 'terms accept', { terms: (await told.within((ctx) => currentTerms(ctx.db, ctx.program.id))).id }),
    },
  ]
  if (waiting.includes(one)) return asks
  const answered = hours(applied, 5 + (one.name.length % 9))
  const answer = async (told: Thread) => {
    const creator = (await creatorOf(told, one)).id
    if (one === declined) await told.ask(manager, 'creator decline', { creator, reason: 'fit', note })
    else await told.ask(manager, 'creator approve', { creator })
  }
  if (one === declined) return [...asks, { at: answered, tell: answer }]
  // Sales of a whole year, told one by one, would fill every private place; see `wishes` in year.ts.
  const settings = { zone, alerts: 'none', ...('wishes' in one ? one.wishes : {}) }
  return [
    ...asks,
    { at: answered, tell: answer },
    { at: days(applied, 1.2), tell: (told) => told.ask(one, 'settings', settings) },
  ]
}

async function personOf({ app, programId }: Thread, { user }: Member): Promise<string> {
  const where = { platform_workspace_externalId: { platform: 'web', workspace: programId, externalId: user } }
  return (await app.database.within(programId, (db) => db.identity.findUniqueOrThrow({ where }))).personId
}

async function creatorOf(told: Thread, who: Member) {
  const personId = await personOf(told, who)
  return told.within((ctx) =>
    ctx.db.creator.findUniqueOrThrow({ where: { programId_personId: { programId: ctx.program.id, personId } } }),
  )
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
