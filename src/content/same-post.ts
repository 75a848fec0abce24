/** The same post again: two creators hand in one link, and each would be paid for it. */
import type { Context } from '../context.ts'
import type { Submission } from '../db/generated/client.ts'
import { buttons, type Card, card, moment, paragraph, person, text, toned } from '../kernel/card.ts'
import { inTurn } from '../kernel/turn.ts'
import { addressKey, tellingOf } from './rules.ts'

type Other = { address: string; state: string; at: Date; personId: string; name: string }

/** Tells the reviewers when a link of a waiting submission is that of somebody else's content; says it once for each revision. */
export async function warnOfSamePost(ctx: Context, submission: Submission): Promise<void> {
  if (submission.state !== 'submitted') return
  const { id: submissionId, revision, creatorId } = submission
  const pieces = await ctx.db.piece.findMany({
    where: { programId: ctx.program.id, submissionId, revision, url: { not: null } },
    select: { url: true },
  })
  const [first] = (await inTurn(pieces, ({ url }) => othersAt(ctx, url!, creatorId))).flat()
  if (!first) return
  const { personId, name } = await ctx.db.creator.findUniqueOrThrow({ where: { id: creatorId } })
  await ctx.show(
    { channel: 'review' },
    `same-post:${submissionId}:${revision}`,
    samePostCard(submissionId, { personId, name }, first),
  )
}

/** Content of others that stands at an address or was handed in with it, the first one first. What was withdrawn or turned down says nothing. */
async function othersAt(ctx: Context, address: string, creatorId: string): Promise<Other[]> {
  const url = new URL(address)
  const path = url.pathname.replace(/\/+$/, '')
  // The front page of a site is no post.
  if (path === '') return []
  const end = `${url.host.replace(/^(www|m)\./, '')}${path}`
  // Some networks have one path for all, and the post in the query. What can be written in one way only has to stand there.
  const words = tellingOf(url).flatMap(([, value]) => (/^[\w-]+$/.test(value) ? [value] : []))
  const rows = await ctx.db.$queryRaw<Other[]>`
    SELECT found.address, s.state, s."submittedAt" AS at, c."personId", c.name FROM "Submission" s
    JOIN "Creator" c ON c.id = s."creatorId"
    CROSS JOIN LATERAL (SELECT s."liveUrl" AS address UNION SELECT p.url FROM "Piece" p WHERE p."submissionId" = s.id) found
    WHERE s."programId" = ${ctx.program.id} AND s."creatorId" <> ${creatorId} AND s.state NOT IN ('withdrawn', 'rejected')
      AND right(rtrim(split_part(found.address, '?', 1), '/'), length(${end})) = ${end}
      AND NOT EXISTS (SELECT FROM unnest(${words}::text[]) word WHERE strpos(found.address, word) = 0)
    ORDER BY s."submittedAt", s.id`
  return rows.filter((row) => addressKey(row.address) === addressKey(address))
}

const samePostCard = (submission: string, who: { personId: string; name: string }, other: Other): Card =>
  toned(
    'warn',
    card(
      `Seen before: content of ${who.name}`,
      paragraph(
        text`The link that ${person(who.personId, who.name)} handed in is one that ${person(other.personId, other.name)} handed in ${moment(other.at)} (${other.state.replaceAll('_', ' ')}).`,
      ),
      'A post that two made together is paid to each of them, if you approve both.',
      buttons({
        label: 'Turn down as duplicate',
        run: 'review reject',
        given: { submission, reason: 'duplicate' },
        look: 'danger',
      }),
    ),
  )
