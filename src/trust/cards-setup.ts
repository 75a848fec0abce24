import { buttons, type Card, card, facts, paragraph, small, text, toned } from '../kernel/card.ts'
import { plural } from '../kernel/plural.ts'
import type { Policy } from '../programs/rules.ts'
import { knownSites } from './rules-sources.ts'

/** How suspicions are judged in a program, and what each figure means. */
export function trustCard(policy: Policy, changed: boolean): Card {
  const { caseScore, holdScore, caseDays, adsAllowed, couponSites } = policy
  const list = (sites: readonly string[]): string => (sites.length === 0 ? 'none' : sites.join(', '))
  const shown = card(
    changed ? 'Saved' : 'Trust',
    facts({
      'A case opens at': `a score of ${caseScore}`,
      'A line is held at': `a score of ${holdScore}`,
      'To be decided within': plural(caseDays, 'day'),
      'Paid ads': adsAllowed ? 'allowed' : 'not allowed',
      'Coupon sites': `${knownSites} that are known`,
      '… watched too': list(couponSites.more),
      '… not watched': list(couponSites.fewer),
    }),
    paragraph(
      text`Each signal weighs 0 to 100, and different ones add up as independent hints: two of 40 make 64. A case is a question to managers; it costs the creator nothing. A line that is held has no day of payment until somebody has decided, and its creator is told why at once.`,
    ),
    paragraph(
      text`A lower score finds more and is wrong more often. The monthly sample shows how often each rule was right here.`,
    ),
    small(['It holds for orders from now on. Nothing that a person has decided is opened again.']),
    buttons(
      { label: 'Change trust', run: 'setup trust', given: { '?': 'form' }, look: 'main' },
      { label: 'See the sample', run: 'audit sample' },
      { label: 'See cases', run: 'case list' },
    ),
  )
  return changed ? toned('good', shown) : shown
}
