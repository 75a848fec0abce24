/** What admins set about trust, read and checked. Every refusal names the field and how to write it. */
import { addressOf } from '../kernel/address.ts'
import { Refusal } from '../kernel/refusal.ts'
import type { OwnSites } from './rules-sources.ts'

const MOST = 200

/** The program's own list after sites were added and dropped: what is added is dropped no more, and the other way round. */
export function parseSites({ more, fewer }: OwnSites, add = '', drop = ''): { more: string[]; fewer: string[] } {
  const [added, dropped] = [sitesIn(add, 'add_sites'), sitesIn(drop, 'drop_sites')]
  const both = added.find((site) => dropped.includes(site))
  if (both !== undefined)
    throw new Refusal('invalid', `${both} is added and dropped at once.`, 'Name it in one of the two.', 'drop_sites')
  const list = {
    more: [...new Set([...more.filter((site) => !dropped.includes(site)), ...added])].sort(),
    fewer: [...new Set([...fewer.filter((site) => !added.includes(site)), ...dropped])].sort(),
  }
  if (list.more.length > MOST || list.fewer.length > MOST)
    throw new Refusal('over_limit', `A program lists up to ${MOST} sites of its own.`, 'Drop some of them first.', 'add_sites')
  return list
}

function sitesIn(typed: string, field: string): string[] {
  const words = typed.split(/[\s,;]+/).filter((word) => word !== '')
  return words.map((word) => {
    const host = addressOf(`https://${word.replace(/^https?:\/\//i, '')}`)?.hostname.replace(/^www\./, '') ?? ''
    if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host))
      throw new Refusal('invalid', `“${word.slice(0, 60)}” is no site.`, 'Write names such as coupons.example.', field)
    return host
  })
}

/** Throws where money would be held for less than opens a case. */
export function checkScores({ caseScore, holdScore }: { caseScore: number; holdScore: number }): void {
  if (holdScore < caseScore)
    throw new Refusal(
      'invalid',
      `Lines would be held from ${holdScore} on, and a case opens from ${caseScore} on only.`,
      'Give a score to hold that is as high or higher.',
      'hold_score',
    )
}
