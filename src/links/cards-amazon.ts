import { buttons, type Card, card, code, link, paragraph, small } from '../kernel/card.ts'

/** A bare link to Amazon, as its rules want it: nothing of ours stands before it. */
export const amazonCard = (url: string): Card =>
  card(
    'Your Amazon link',
    paragraph(link(url, url)),
    paragraph(code(url)),
    'Amazon counts its clicks and pays it to you. What it reports is shown in your numbers once the brand imports it.',
    small(
      'Say beside it: “As an Amazon Associate I earn from qualifying purchases.” Post it only where everybody can see it, and do not buy through it yourself.',
    ),
    buttons({ label: 'Show my link', run: 'link' }, { label: 'See stats', run: 'stats' }),
  )
