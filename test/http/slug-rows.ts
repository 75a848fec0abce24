/** Links in memory for the table of slugs, and a database that can be away. */
import type { Calendar, LinkRow, SlugSource } from '../../src/links/slugs.ts'

export const at = new Date('2026-11-21T12:00:00Z')

export const link = (slug: string, destination = `https://shop.example/${slug}`): LinkRow => ({
  slug,
  id: `lnk_${slug}`,
  programId: 'prg_1',
  creatorId: 'crt_1',
  destination,
})

/** What `state` says can be changed while a table reads from the source. */
export function source(links: LinkRow[]) {
  const state = { links, calendars: [] as Calendar[], away: false, asked: 0, changed: (_slug: string) => {} }
  const ask = () => {
    state.asked++
    if (state.away) throw new Error('connect ECONNREFUSED')
  }
  const made: SlugSource = {
    page: async (after, limit) => {
      ask()
      return state.links
        .filter((one) => one.slug > after)
        .sort((a, b) => (a.slug < b.slug ? -1 : 1))
        .slice(0, limit)
    },
    find: async (slug) => {
      ask()
      return state.links.find((one) => one.slug === slug) ?? null
    },
    calendars: async () => {
      ask()
      return state.calendars
    },
    listen: async (changed) => {
      ask()
      state.changed = changed
      return async () => {}
    },
  }
  return { state, source: made }
}
