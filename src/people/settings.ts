import type { Context } from '../context.ts'
import type { Db } from '../db/client.ts'
import type { Membership, Program } from '../db/generated/client.ts'
import { dropPushes } from '../db/withdrawn.ts'
import { Refusal } from '../kernel/refusal.ts'
import { nextOutsideQuiet } from '../kernel/time.ts'
import { policyOf } from '../programs/rules.ts'
import { doors, parsePause } from './rules.ts'
import { membershipOf } from './service.ts'

/** What was asked to change; undefined stays as it is. Times are local, `HH:MM`. */
export type WantedSettings = {
  zone?: string | undefined
  language?: string | undefined
  quietFrom?: string | undefined
  quietTo?: string | undefined
  door?: string | undefined
  alerts?: string | undefined
  /** By which way digests, hints and news come: chat, dm, mail or off. */
  reach?: string | undefined
  /** `7`, `2026-12-24` or `off`. */
  pause?: string | undefined
}

/** Changes the actor's own settings and gives them back. Refuses a door where they have no account. */
export async function changeSettings(ctx: Context, wanted: WantedSettings): Promise<Membership> {
  const before = await membershipOf(ctx, ctx.actor.personId)
  if (wanted.door !== undefined) await checkDoor(ctx, wanted.door)
  if (wanted.reach === 'mail') await checkMail(ctx)
  if (wanted.reach === 'dm') await checkDirect(ctx)
  const zone = wanted.zone ?? ctx.actor.zone
  const changes = {
    zone: wanted.zone,
    locale: wanted.language,
    quietFrom: wanted.quietFrom,
    quietTo: wanted.quietTo,
    door: wanted.door,
    alerts: wanted.alerts,
    reach: wanted.reach,
    pausedUntil: wanted.pause === undefined ? undefined : parsePause(wanted.pause, ctx.now, zone),
  }
  const set = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
  if (wanted.reach === 'off' || wanted.alerts === 'none')
    await dropPushes(ctx.db, ctx.program.id, { personId: before.personId, kinds: byItself }, ctx.now)
  return Object.keys(set).length === 0 ? before : ctx.db.membership.update({ where: { id: before.id }, data: set })
}

/** What is said by a schedule and ends with these settings. */
export const byItself = ['digest', 'brief', 'nudge', 'recap', 'news']

async function checkDoor(ctx: Context, door: string): Promise<void> {
  const account = await ctx.db.identity.findFirst({ where: { personId: ctx.actor.personId, platform: door } })
  const name = doors[door as keyof typeof doors] ?? door
  if (!account)
    throw new Refusal('invalid', `We do not know you on ${name} yet.`, `Say hello there with /help, then choose it here.`, 'door')
  const chat = { programId: ctx.program.id, platform: { not: 'web' } }
  // Where a program has a chat, the web shows pages and has nothing that reaches anybody.
  if (door === 'web' && (await ctx.db.space.count({ where: chat })) > 0)
    throw new Refusal('invalid', 'Messages do not reach you on the web.', 'Choose Discord or Slack.', 'door')
}

async function checkMail(ctx: Context): Promise<void> {
  if (!ctx.mails) throw new Refusal('invalid', 'No mail is sent from here.', 'Choose the chat.', 'messages')
  const { personId } = ctx.actor
  const proven = await ctx.db.identity.count({ where: { personId, platform: 'email', workspace: ctx.program.id } })
  const applied = await ctx.db.creator.count({ where: { programId: ctx.program.id, personId, email: { not: '' } } })
  if (proven + applied === 0)
    throw new Refusal(
      'invalid',
      'We do not know an e-mail address of yours.',
      'Connect one with /profile connect, then choose it here.',
      'messages',
    )
}

async function checkDirect(ctx: Context): Promise<void> {
  const account = { personId: ctx.actor.personId, platform: { in: ['discord', 'slack'] } }
  if ((await ctx.db.identity.count({ where: account })) === 0)
    throw new Refusal(
      'invalid',
      'We do not know you on Discord or Slack yet.',
      'Say hello there with /help, then choose it here.',
      'messages',
    )
}

/** Whether somebody chose that what nobody asked for comes as a direct message. */
export const takesDirect = async (db: Db, programId: string, personId: string): Promise<boolean> =>
  (await db.membership.count({ where: { programId, personId, reach: 'dm' } })) > 0

/** Takes that choice back, for they can't be reached that way. */
export async function endDirect(ctx: Context, personId: string): Promise<void> {
  await ctx.db.membership.updateMany({ where: { programId: ctx.program.id, personId, reach: 'dm' }, data: { reach: 'chat' } })
}

/** When something that nobody asked for may reach a person: after their pause, outside their quiet hours. */
export async function hushedUntil(db: Db, program: Program, personId: string, now: Date): Promise<Date> {
  return hushedFor(program, await readerOf(db, program, personId), now)
}

/** Whom a push would reach; null where they are no member. */
export const readerOf = (db: Db, program: Program, personId: string): Promise<Membership | null> =>
  db.membership.findUnique({ where: { programId_personId: { programId: program.id, personId } } })

/** The same moment, of somebody who was looked up before. */
export function hushedFor(program: Program, person: Membership | null, now: Date): Date {
  if (!person) return now
  const policy = policyOf(program)
  const quiet = { from: person.quietFrom ?? policy.quietFrom, to: person.quietTo ?? policy.quietTo }
  const from = person.pausedUntil && person.pausedUntil > now ? person.pausedUntil : now
  return nextOutsideQuiet(from, person.zone ?? program.zone, quiet)
}
