// The proof of a licence: everything that was kept about it, as a paper for people and as JSON for machines.
import type { Context } from '../context.ts'
import type { Placement } from '../db/generated/client.ts'
import { Refusal } from '../kernel/refusal.ts'
import { localDay } from '../kernel/time.ts'
import { keepPaper, paperUrl } from '../ledger/papers.ts'
import type { View } from './cards.ts'
import { evidencePdf } from './evidence-pdf.ts'
import { grantOf, historyOf, type Told, viewOf } from './queries.ts'
import { placementsOf } from './service.ts'

/** Everything that is kept about a licence; amounts are minor units as text, instants ISO. */
function evidenceOf(program: { id: string; name: string }, view: View, events: Told[], placements: Placement[]) {
  const { grant, creator, terms } = view
  return {
    program: { id: program.id, name: program.name },
    creator: { id: grant.creatorId, name: creator.name, handle: creator.handle },
    licence: {
      id: grant.id,
      state: grant.state,
      submission: grant.submissionId,
      url: view.url,
      preset: grant.preset,
      channels: grant.channels,
      territories: grant.territories.length === 0 ? 'world' : grant.territories,
      days: grant.days,
      until: grant.until,
      exclusivity: grant.exclusivity,
      edits: grant.edits,
      ai: grant.ai,
      likeness: grant.likeness,
      fee: { minor: grant.feeMinor.toString(), currency: grant.currency },
      renews: grant.renewsId,
      signedAt: grant.signedAt,
      startsAt: grant.startsAt,
      endsAt: grant.endsAt,
      revokedAt: grant.revokedAt,
      takedownAt: grant.takedownAt,
    },
    words: view.lines,
    conditions: { version: terms.version, sha256: terms.hash, publishedAt: terms.publishedAt, text: terms.text },
    events: events.map((event) => ({
      id: event.id,
      at: event.at,
      did: event.kind,
      side: event.side,
      person: event.personId,
      name: event.name,
      platform: event.platform,
      call: event.callId,
      locale: event.locale,
      note: event.note,
      text: event.text,
      textSha256: event.textHash,
      conditionsSha256: event.termsHash,
      content: event.assets,
    })),
    placements: placements.map(({ id, channel, place, since, until, placedBy }) => ({
      id,
      channel,
      place,
      since,
      until,
      placedBy,
    })),
  }
}

export type Evidence = ReturnType<typeof evidenceOf>

/** Makes both files and gives addresses that open them as the asker. Refuses what was never signed. */
export async function evidence(ctx: Context, grantId: string): Promise<{ what: string; pdf: string; json: string }> {
  const grant = await grantOf(ctx, grantId)
  if (grant.signedAt === null)
    throw new Refusal('conflict', 'Nothing was signed here yet.', 'Look at it with /rights show.', 'grant')
  const view = await viewOf(ctx, grant)
  const all = (await placementsOf(ctx, grant.submissionId)).filter((placement) => placement.grantId === grant.id)
  const proof = evidenceOf(ctx.program, view, await historyOf(ctx, grant), all)
  const keep = async (bytes: Uint8Array, ext: string): Promise<string> =>
    paperUrl(
      ctx,
      await keepPaper(ctx, {
        bytes,
        name: `licence-${grant.id}.${ext}`,
        what: `licence ${grant.id}`,
        creatorId: grant.creatorId,
      }),
    )
  const json = await keep(Buffer.from(`${JSON.stringify(proof, null, 2)}\n`), 'json')
  const pdf = await keep(await evidencePdf(proof, localDay(ctx.now, ctx.program.zone)), 'pdf')
  return { what: view.what, pdf, json }
}
