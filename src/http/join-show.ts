/** What someone who joins sees now: the form, the terms, or where their application stands. */
import type { App } from '../app.ts'
import { statusCard, termsCard } from '../creators/cards.ts'
import { findInvite } from '../creators/invites.ts'
import { stepOf, UNKNOWN_COUNTRY } from '../creators/rules.ts'
import { countries, countryName } from '../creators/rules-countries.ts'
import { ownRateAt } from '../creators/rules-rate.ts'
import { creatorOfPerson, rateOf } from '../creators/service.ts'
import type { Creator } from '../db/generated/client.ts'
import { type Card, card, code, facts, link } from '../kernel/card.ts'
import { percent } from '../kernel/money.ts'
import { codeOf } from '../links/codes.ts'
import { linksOf, shortUrl } from '../links/service.ts'
import { bareForm } from '../platforms/ask.ts'
import type { Form } from '../platforms/platform.ts'
import { renderFields } from '../platforms/web/form.ts'
import type { Theme } from '../platforms/web/page.ts'
import { typedInto } from '../platforms/web/talk.ts'
import { policyOf } from '../programs/rules.ts'
import { disclosureOf } from '../programs/rules-territories.ts'
import { currentTerms } from '../programs/service.ts'
import { askPage, cardPage, type JoinFrame, joinFields, joinPath, standingPage } from './join-page.ts'
import { type JoinedProgram, joinToken } from './join-session.ts'

export type Joining = { personId: string; name: string; creator: Creator | null }

export type Visit = {
  app: App
  program: JoinedProgram
  sid: string
  user: string
  theme: Theme
  person: Joining | undefined
  /** The name of somebody who is about to become a person. */
  newName?: string | undefined
}

/** The person behind an account of this page, if it is somebody's. */
export const personAt = (app: App, programId: string, user: string): Promise<Joining | undefined> =>
  app.within(programId, async (ctx) => {
    const where = { platform_workspace_externalId: { platform: 'web', workspace: programId, externalId: user } }
    const identity = await ctx.db.identity.findUnique({ where })
    if (!identity) return undefined
    const member = await ctx.db.membership.findUnique({
      where: { programId_personId: { programId, personId: identity.personId } },
    })
    const creator = await creatorOfPerson(ctx, identity.personId)
    return { personId: identity.personId, name: member?.name ?? identity.name, creator }
  })

export const frameOf = ({ app, program, theme, sid }: Visit): JoinFrame => ({
  program,
  theme,
  reader: { zone: program.zone, locale: program.locale, now: app.clock() },
  token: joinToken(app, sid),
  event: app.newId('press', app.clock()),
})

/** The page for whoever looks; `code` is the invitation they came with, `extra` a card to show beside where they stand. */
export async function showWhere(visit: Visit, code: string | undefined, extra?: Card): Promise<string> {
  const { app, program, person } = visit
  const creator = person?.creator ?? null
  const step = stepOf(creator, app.clock(), program.zone)
  if (step === 'apply') return showForm(visit, { typed: {}, errors: {}, code })
  if (creator && (step === 'accept' || (step === 'creator' && !creator.termsAt))) return showTerms(visit, creator)
  return showStanding(visit, creator!, extra)
}

type Typed = {
  typed: Record<string, string>
  errors: Record<string, string>
  code: string | undefined
  /** What is wrong with none of its fields. */
  problem?: string
}

/** The form of /apply, with a name before it for those we do not know, and a greeting for those we do. */
export async function showForm(visit: Visit, { typed, errors, code, problem }: Typed): Promise<string> {
  const { app, program, person } = visit
  const frame = frameOf(visit)
  const invited = !person && code !== undefined ? await app.within(program.id, (ctx) => findInvite(ctx, code)) : null
  const known = person?.creator ?? invited?.creator ?? null
  const brought = invited !== null && (invited.creator.state === 'approved' || invited.creator.state === 'paused')
  const drawn = typedInto(formFor(visit, known, { named: person !== undefined || invited !== null, brought }), typed)
  const form = problem === undefined ? drawn : { ...drawn, error: { sentence: problem } }
  const hidden = { ...joinFields(frame), ...(invited && code !== undefined ? { invite: code } : {}) }
  const names = countries(program.locale).map(({ name }) => ({ label: name, value: name }))
  const look = { action: '', hidden, errors, suggestions: { country: names } }
  const over = code !== undefined && !invited && !person
  return askPage(frame, {
    ...greeting(program.name, invited?.creator, brought, over),
    card: invited ? await offerCard(visit, invited.creator) : undefined,
    note: invited?.note,
    fields: renderFields(form, look, brought ? 'Take up your place' : 'Go on to the terms'),
    action: `${joinPath(program.id)}/${brought ? 'claim' : 'apply'}`,
  })
}

function greeting(
  program: string,
  creator: Creator | undefined,
  brought: boolean,
  over: boolean,
): { title: string; says: string[] } {
  if (creator && brought)
    return {
      title: `Welcome, ${creator.name}`,
      says: [`${program} brought you along as one of its creators. Take up your place: your codes, links and balance are here.`],
    }
  if (creator) return { title: `${creator.name}, you are invited`, says: [`${program} would like you to join its creators.`] }
  const how = 'It takes two minutes, on your phone too. The team answers each application.'
  return {
    title: `Join ${program}`,
    says: over
      ? ['This invitation was used before, taken back, or is older than thirty days. You can apply all the same.', how]
      : [how],
  }
}

/** The fields of /apply, as the command has them. Someone who was brought along only agrees. */
function formFor({ app, program }: Visit, known: Creator | null, { named, brought }: { named: boolean; brought: boolean }): Form {
  const call = {
    platform: 'web',
    workspace: program.id,
    place: '',
    user: '',
    userName: '',
    eventId: '',
    run: 'apply',
    given: {},
    by: 'slash' as const,
  }
  const form = bareForm(app, call)!
  const country = known && known.country !== UNKNOWN_COUNTRY ? countryName(known.country, program.locale) : undefined
  const values: Record<string, string | undefined> = {
    handle: known?.handle || undefined,
    email: known?.email || undefined,
    country,
    niche: known && known.state !== 'invited' && known.state !== 'candidate' ? known.niche : undefined,
  }
  const fields = form.fields
    .filter((field) => !brought || field.name === 'adult_and_consent')
    .map((field) => (values[field.name] === undefined ? field : { ...field, value: values[field.name]! }))
  const name = { name: 'name', label: 'Your name', kind: 'name', required: true, max: 60, suggests: false }
  return { ...form, fields: named ? fields : [name, ...fields] }
}

const offerCard = ({ app, program }: Visit, creator: Creator): Promise<Card> =>
  app.within(program.id, async (ctx) => {
    const rate = percent(rateOf(ctx, creator))
    const codes = await ctx.db.code.findMany({ where: { programId: program.id, creatorId: creator.id, state: 'active' } })
    return card(
      'What you are offered',
      facts({
        Rate: [`${rate} of each order you bring`],
        ...(codes.length > 0 ? { 'Your codes': [codes.map((one) => one.code).join(', ')] } : {}),
        Next: ['The whole terms come before you accept anything.'],
      }),
    )
  })

const showTerms = async (visit: Visit, creator: Creator): Promise<string> => {
  const terms = await visit.app.database.within(visit.program.id, (db) => currentTerms(db, visit.program.id))
  const rate = ownRateAt(creator, visit.app.clock())
  return cardPage(frameOf(visit), 'One step left: the terms', termsCard(terms, rate), false)
}

const titles: Record<string, string> = {
  applied: 'We have your application',
  approved: 'You are in',
  paused: 'You are paused',
  declined: 'Your application has an answer',
}

async function showStanding(visit: Visit, creator: Creator, extra: Card | undefined): Promise<string> {
  const { app, program } = visit
  const frame = frameOf(visit)
  return app.within(program.id, async (ctx) => {
    const policy = policyOf(ctx.program)
    const inside = creator.state === 'approved' || creator.state === 'paused'
    const shown = statusCard(creator, { program: program.name, answerHours: policy.answerHours, locale: program.locale })
    const { discord, slack } = policy.invites
    const ways = [
      ...(discord === undefined ? [] : [{ label: 'Join us on Discord', url: discord }]),
      ...(slack === undefined ? [] : [{ label: 'Join us on Slack', url: slack }]),
    ]
    const chat = ways.length > 0
    return standingPage(frame, {
      title: titles[creator.state] ?? 'Where you stand',
      card: creator.state === 'approved' ? approvedCard(program.name, creator.name, chat) : shown,
      more: [...(extra ? [extra] : []), ...(inside ? [await toolsCard()] : [])],
      ways: inside ? ways : undefined,
      presses: inside
        ? [
            ...(chat ? [{ label: 'Show a connect code', path: 'connect', main: false }] : []),
            { label: 'Open my pages', path: 'dashboard', main: !chat },
          ]
        : [],
      waiting: creator.state === 'applied',
    })

    async function toolsCard(): Promise<Card> {
      const [own] = await linksOf(ctx, creator.id)
      const used = await codeOf(ctx, creator.id)
      return card(
        'Your link and code',
        facts({
          ...(own ? { Link: [link(shortUrl(ctx, own), shortUrl(ctx, own))] } : {}),
          ...(used ? { Code: [code(used.code)] } : {}),
          Disclosure: [disclosureOf(ctx.program, creator)],
        }),
      )
    }
  })
}

const approvedCard = (program: string, name: string, chat: boolean): Card =>
  card(
    `Welcome to ${program}, ${name}`,
    chat
      ? 'Come into the chat with the button below. Then press “Show a connect code” here and type it there, so that we know it is you.'
      : 'Your link and code work from now on.',
    chat && 'In the chat you type: /profile connect code:YOUR-CODE',
  )
