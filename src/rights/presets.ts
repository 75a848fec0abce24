import type { Channel, Scope } from './rules.ts'

export type PresetId = 'none' | 'social' | 'web' | 'ads'

export type Preset = { id: PresetId; label: string; says: string; scope: Scope | null }

const world = { territories: [], until: null, exclusivity: 'none', ai: false, likeness: true, feeMinor: 0n } as const
const social: Channel[] = ['social']
const web: Channel[] = ['social', 'website', 'email']

/**
 * What a brief may ask for with its content. The content fee pays for it, so a preset has no fee of its own. None of them allows AI
 * training or exclusivity: whoever wants that asks for it by itself.
 */
export const presets: Record<PresetId, Preset> = {
  none: { id: 'none', label: 'No rights', says: 'The brand may share your post, nothing more.', scope: null },
  social: {
    id: 'social',
    label: 'Social, 90 days',
    says: 'The brand may post it on its own social accounts for 90 days, worldwide, cropped or with subtitles. No ads.',
    scope: { ...world, territories: [], channels: social, days: 90, edits: 'light' },
  },
  web: {
    id: 'web',
    label: 'Social, website and mail, 180 days',
    says: 'The brand may show it on its social accounts, website, product pages and in mails for 180 days, worldwide, cropped or with subtitles. No ads.',
    scope: { ...world, territories: [], channels: web, days: 180, edits: 'light' },
  },
  ads: {
    id: 'ads',
    label: 'Everything online with paid ads, 90 days',
    says: 'The brand may show it on its social accounts, website, product pages, in mails and in paid ads for 90 days, worldwide, cropped or with subtitles.',
    scope: { ...world, territories: [], channels: [...web, 'paid_ads'], days: 90, edits: 'light' },
  },
}

/** The preset of a brief; what is unknown asks for nothing. */
export const presetOf = (id: string): Preset => (Object.hasOwn(presets, id) ? presets[id as PresetId] : presets.none)
