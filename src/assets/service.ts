import { missionOf } from '../campaigns/board.ts'
import { originsOf } from '../campaigns/queries.ts'
import { visibleMission } from '../campaigns/service.ts'
import type { FileRef, Suggestion } from '../command.ts'
import type { Context } from '../context.ts'
import type { Asset, AssetVersion, File } from '../db/generated/client.ts'
import { isId } from '../kernel/id.ts'
import { Refusal } from '../kernel/refusal.ts'
import { atLeast } from '../people/service.ts'
import { holdFile } from '../programs/files.ts'
import { type AssetState, checkSource, endOf, stateAt } from './rules.ts'

export type AssetView = {
  asset: Asset
  version: AssetVersion
  file: File | null
  url: string
  mission: { id: string; title: string } | null
  state: AssetState
}

type Source = { file?: FileRef | undefined; url?: string | undefined }

/** Adds an asset to the library, for a mission or for all. */
export async function add(
  ctx: Context,
  plan: Source & { title: string; note?: string | undefined; missionId?: string | undefined; until?: string | undefined },
): Promise<AssetView> {
  const source = await sourceOf(ctx, plan)
  const id = ctx.id('asset')
  await ctx.db.asset.create({
    data: {
      id,
      programId: ctx.program.id,
      missionId: plan.missionId === undefined ? null : (await missionOf(ctx, plan.missionId)).id,
      title: plan.title,
      note: plan.note ?? null,
      validTo: plan.until === undefined ? null : endOf(plan.until, ctx.program.zone, ctx.now),
      createdAt: ctx.now,
    },
  })
  await keep(ctx, id, 1, source)
  return assetOf(ctx, id)
}

/** A newer version of an asset; the old ones stay. `until` sets a new last day. */
export async function replace(ctx: Context, assetId: string, plan: Source & { until?: string | undefined }): Promise<AssetView> {
  const source = await sourceOf(ctx, plan)
  await ctx.db.$queryRaw`SELECT id FROM "Asset" WHERE id = ${assetId} AND "programId" = ${ctx.program.id} FOR UPDATE`
  const { asset, version } = await assetOf(ctx, assetId)
  await keep(ctx, asset.id, version.number + 1, source)
  const validTo = plan.until === undefined ? asset.validTo : endOf(plan.until, ctx.program.zone, ctx.now)
  await ctx.db.asset.update({ where: { id: asset.id }, data: { validTo, retiredAt: null } })
  return assetOf(ctx, asset.id)
}

/** Takes an asset out of the library; managers still see that it was there. */
export async function retire(ctx: Context, assetId: string): Promise<AssetView> {
  const { asset } = await assetOf(ctx, assetId)
  await ctx.db.asset.update({ where: { id: asset.id }, data: { retiredAt: ctx.now } })
  return assetOf(ctx, asset.id)
}

async function sourceOf(ctx: Context, { file, url }: Source): Promise<{ fileId: string | null; url: string | null }> {
  checkSource({ file, url })
  if (!file) return { fileId: null, url: url! }
  const stored = isId('file', file.ref) ? await holdFile(ctx, file.ref) : undefined
  if (!stored) throw new Refusal('invalid', 'The file did not arrive.', 'Choose it again.', 'file')
  return { fileId: stored.id, url: null }
}

async function keep(
  ctx: Context,
  assetId: string,
  number: number,
  source: { fileId: string | null; url: string | null },
): Promise<void> {
  const row = { assetId, number, programId: ctx.program.id, by: ctx.actor.personId, at: ctx.now, ...source }
  await ctx.db.assetVersion.create({ data: row })
}

/** One asset with its newest version. Refusal not_found. */
export async function assetOf(ctx: Context, assetId: string): Promise<AssetView> {
  const asset = await ctx.db.asset.findFirst({ where: { id: assetId, programId: ctx.program.id } })
  const [view] = asset ? await views(ctx, [asset]) : []
  if (!view) throw new Refusal('not_found', 'This asset does not exist.', 'Pick one from the list.', 'asset')
  return view
}

/** All versions, newest first. */
export const historyOf = (ctx: Context, assetId: string): Promise<AssetVersion[]> =>
  ctx.db.assetVersion.findMany({ where: { programId: ctx.program.id, assetId }, orderBy: { number: 'desc' } })

const SHOWN = 10

/**
 * The library: what may be used now, and for managers also what is over. Of a mission, if one is named; what belongs to missions that
 * are not for this creator is left out. A copy of a mission has the material of what it was made from.
 */
export async function library(ctx: Context, missionId: string | undefined): Promise<{ views: AssetView[]; total: number }> {
  const manager = atLeast(ctx.actor.role, 'manager')
  if (missionId && !manager) await visibleMission(ctx, missionId)
  const current = { retiredAt: null, OR: [{ validTo: null }, { validTo: { gt: ctx.now } }] }
  const rows = await ctx.db.asset.findMany({
    where: {
      programId: ctx.program.id,
      ...(manager ? {} : current),
      ...(missionId ? { missionId: { in: await originsOf(ctx, missionId) } } : {}),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: 500,
  })
  const open = manager || missionId ? rows : await reachable(ctx, rows)
  return { views: await views(ctx, open.slice(0, SHOWN)), total: open.length }
}

async function reachable(ctx: Context, rows: Asset[]): Promise<Asset[]> {
  const closed = new Set<string>()
  for (const id of new Set(rows.flatMap(({ missionId }) => (missionId === null ? [] : [missionId])))) {
    const visible = await visibleMission(ctx, id).catch((error: unknown) => {
      if (error instanceof Refusal) return null
      throw error
    })
    if (!visible) closed.add(id)
  }
  return rows.filter(({ missionId }) => missionId === null || !closed.has(missionId))
}

async function views(ctx: Context, assets: Asset[]): Promise<AssetView[]> {
  const programId = ctx.program.id
  const ids = assets.map(({ id }) => id)
  const versions = await ctx.db.assetVersion.findMany({
    where: { programId, assetId: { in: ids } },
    orderBy: [{ assetId: 'asc' }, { number: 'desc' }],
    distinct: ['assetId'],
  })
  const fileIds = versions.flatMap(({ fileId }) => (fileId === null ? [] : [fileId]))
  const files = await ctx.db.file.findMany({ where: { programId, id: { in: fileIds } } })
  const missionIds = assets.flatMap(({ missionId }) => (missionId === null ? [] : [missionId]))
  const missions = await ctx.db.mission.findMany({
    where: { programId, id: { in: missionIds } },
    select: { id: true, title: true },
  })
  return assets.flatMap((asset): AssetView[] => {
    const version = versions.find(({ assetId }) => assetId === asset.id)
    if (!version) return []
    const file = files.find(({ id }) => id === version.fileId) ?? null
    const mission = missions.find(({ id }) => id === asset.missionId) ?? null
    return [
      { asset, version, file, url: version.url ?? ctx.url(`/media/${version.fileId}`), mission, state: stateAt(asset, ctx.now) },
    ]
  })
}

/** Assets that are not retired, for autocomplete. */
export async function suggestAssets(ctx: Context, typed: string): Promise<Suggestion[]> {
  const where = { programId: ctx.program.id, retiredAt: null, title: { contains: typed, mode: 'insensitive' as const } }
  const rows = await ctx.db.asset.findMany({ where, orderBy: { createdAt: 'desc' }, take: 25 })
  return rows.map(({ id, title }) => ({ label: title, value: id }))
}
