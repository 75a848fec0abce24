import { addMission, draft } from '../../../src/campaigns/plans.ts'
import type { World } from '../../world.ts'

/** What every mission of these tests says, unless a test says otherwise. */
const plan = { title: 'Autumn glow', brief: 'Show the serum in the morning.', feeMinor: 50_00n, budgetMinor: 500_00n }

type Plan = Parameters<typeof addMission>[1]

export const opened = async (w: World, change: Partial<Plan> = {}) =>
  (await w.within((ctx) => addMission(ctx, { ...plan, ...change }))).id
export const drafted = async (w: World, change: Partial<Plan> = {}) =>
  (await w.within((ctx) => draft(ctx, { ...plan, ...change }))).id
