import type { Audience } from './context.ts'
import type { Intent, PostPayload } from './db/outbox.ts'

/** What the outbox keeps of an audience. */
export function meant(audience: Audience, post: PostPayload): Pick<Intent, 'audience' | 'of' | 'payload'> {
  if ('channel' in audience) return { audience: audience.channel, payload: post }
  if ('person' in audience) return { audience: `person:${audience.person}`, payload: post }
  const { thread, title, people } = audience
  return { audience: `thread:${thread}`, of: people[0], payload: { ...post, thread: { title, people } } }
}
