import { command } from '../../src/command.ts'
import { option, optional } from '../../src/option.ts'
import { recordedCard, toConfirmCard } from '../../src/results/cards.ts'
import { resultsOf, suggestPieces } from '../../src/results/queries.ts'
import { type Measure, measures, type Numbers, readCount } from '../../src/results/rules.ts'
import { pays, record } from '../../src/results/service.ts'

const counted = (label: string) => optional(option.text(label, { max: 20, placeholder: '12300' }))

export default command({
  description: 'Say what a post brought: views, likes, comments and so on',
  form: 'Numbers of a post',
  role: 'anyone',
  inside: 'former',
  visibility: 'private',
  options: {
    submission: option.id('submission', 'Which piece', suggestPieces),
    views: counted('Views'),
    likes: counted('Likes'),
    comments: counted('Comments'),
    reach: counted('Reach: how many people saw it'),
    shares: counted('Shares'),
    saves: counted('Saves'),
    followers: counted('Followers at that time'),
    day: optional(option.text('The day, if not today', { max: 10, placeholder: '2026-11-21' })),
  },
  oneOf: ['views', 'likes', 'comments', 'reach', 'shares', 'saves', 'followers'],
  async run(ctx, { submission, day, ...words }) {
    const numbers = Object.fromEntries(
      measures.map((measure: Measure) => [measure, readCount(words[measure], measure)]),
    ) as Numbers
    const { metric, paid } = await record(ctx, { submissionId: submission, numbers, source: 'hand', day })
    const results = await resultsOf(ctx, submission)
    if (metric.confirmedBy === null && (await pays(ctx, submission)))
      await ctx.show({ channel: 'managers' }, `numbers:${metric.id}`, toConfirmCard(results, metric))
    return recordedCard(results, ctx.program.currency, paid)
  },
})
