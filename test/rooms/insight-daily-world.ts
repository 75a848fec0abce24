/** A program of which days are kept, for the tests of what is read from them. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Context } from '../../src/context.ts'
import { funnelOf, funnelsOf } from '../../src/insight/cohorts.ts'
import { coversOf } from '../../src/insight/daily.ts'
import { dailyOf } from '../../src/insight/days.ts'
import { mondays, weeklyOf } from '../../src/insight/effects.ts'
import { rollDays } from '../../src/insight/roll.ts'
import type { Way } from '../../src/insight/rules-kpi.ts'
import { tallies } from '../../src/insight/tally.ts'
import { days, startOfDay } from '../../src/kernel/time.ts'
import type { World } from '../world.ts'
import { begin, type Lived, live } from './insight-daily-steps.ts'

const ways: (Way | undefined)[] = [undefined, 'creator', 'niche', 'mission', 'offer', 'platform']
export const words = (value: unknown) =>
  JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v instanceof Map ? [...v].sort() : v))

export type Window = { from: Date; to: Date }
export const asked: Record<string, (ctx: Context, window: Window, of: string) => Promise<unknown>> = {
  ...Object.fromEntries(ways.map((by) => [by ?? 'all', (ctx: Context, window: Window) => tallies(ctx, { ...window, by })])),
  brief: (ctx, window) => tallies(ctx, { ...window, by: 'creator', brief: true }),
  one: (ctx, window, of) => tallies(ctx, { ...window, by: 'creator', of }),
  funnel: (ctx, window) => funnelOf(ctx, window),
  'funnel of one': (ctx, window, of) => funnelOf(ctx, { ...window, by: 'creator', of }),
  'funnels by offer': (ctx, window) => funnelsOf(ctx, { ...window, by: 'offer' }),
  'funnels by platform': (ctx, window) => funnelsOf(ctx, { ...window, by: 'platform' }),
  daily: (ctx, window) => dailyOf(ctx, window, ctx.program.zone),
  own: (ctx, window, of) => dailyOf(ctx, window, ctx.program.zone, of),
  weeks: (ctx) => weeklyOf(ctx, mondays(ctx)),
}

export const whole = (ctx: Context) => ({ from: startOfDay(days(ctx.now, -95), ctx.program.zone), to: ctx.now })
const money = { base: 100n, currency: 'EUR' }

/** An order that nobody knows the shopper of; gives its id. */
export async function ordered(ctx: Context, name: string, at: Date): Promise<string> {
  const [id, programId] = [ctx.id('order'), ctx.program.id]
  const told = { source: 'generic', externalId: name, number: name, codes: [], components: {}, rule: 'x' }
  await ctx.db.order.create({ data: { id, programId, ...told, ...money, at, createdAt: ctx.now } })
  return id
}

export async function credit(ctx: Context, orderId: string, creatorId: string, at: Date): Promise<void> {
  const line = { orderId, creatorId, ...money, rateBps: 1_000, minor: 10n, because: {}, at }
  await ctx.db.line.create({ data: { id: ctx.id('line'), programId: ctx.program.id, ...line } })
}

/** What one file's world is asked, of a program by its id. */
export function daily(w: () => World) {
  const within =
    (programId: string) =>
    <T>(work: (ctx: Context) => Promise<T>): Promise<T> =>
      w().app.within(programId, work)

  /** Until all is counted: transactions of other tests on the same server may hold a fence for a moment. */
  async function rollAll(programId: string): Promise<number> {
    for (let tries = 0, counted = 0; tries < 200; tries++) {
      const turn = await rollDays(within(programId), 3_000)
      counted += turn.counted
      if (turn.left === 0) return counted
      await pause(25)
    }
    throw new Error('days are left')
  }

  /** Until something is counted, for the same reason. */
  async function rollSome(programId: string): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      if ((await rollDays(within(programId), 1_000)).counted > 0) return
      await pause(25)
    }
    throw new Error('nothing is counted')
  }

  /** Figures as they are read, and as they are counted without a kept day; and how many days were read. */
  async function compare(programId: string, window: (ctx: Context) => Window, lived: Lived, names = Object.keys(asked)) {
    const undo = new Error('undo')
    let kept = 0
    const both: Record<string, string>[] = []
    const figures = async (ctx: Context) => {
      const found: Record<string, string> = {}
      for (const name of names) found[name] = words(await asked[name]!(ctx, window(ctx), lived.creators[0]!))
      return found
    }
    await within(programId)(async (ctx) => {
      for (const cover of Object.values(await coversOf(ctx, window(ctx)))) kept += cover.days.length
      both.push(await figures(ctx))
      await ctx.db.dayDone.deleteMany({ where: { programId } })
      both.push(await figures(ctx))
      throw undo
    }).catch((error) => {
      if (error !== undo) throw error
    })
    return { read: both[0]!, counted: both[1]!, kept }
  }

  /** A program whose days are all kept, with an order on each of some. */
  async function kept(): Promise<{ programId: string; lived: Lived }> {
    const programId = await w().neighbour({ currency: 'EUR', zone: 'Europe/Berlin' })
    const lived = await within(programId)(begin)
    for (let i = 0; i < 30; i++) {
      const one = { a: i, b: i * 3 + 1, c: i + 1, roll: null }
      await within(programId)((ctx) => live(ctx, { ...one, act: (['sell', 'click', 'pay'] as const)[i % 3]! }, lived))
    }
    expect(await rollAll(programId)).toBeGreaterThan(250)
    return { programId, lived }
  }

  return { within, rollAll, rollSome, compare, kept }
}
