/** Who lives in the demo program. All of them are invented. */

/** A web account; `user` is what the simulator's persona switch goes by. */
export type Member = { user: string; name: string }

export type Applicant = Member & { handle: string; niche: string; country: string; zone: string; days: number }

export type DemoCreator = Applicant & {
  /** How much of the sales is theirs, against the others. */
  weight: number
  /** The share of their orders that come with their code rather than their link. */
  byCode: number
  /** What they set in /settings when they join. */
  wishes?: Record<string, string>
}

export const admin: Member = { user: 'rosa', name: 'Rosa Marchetti' }
export const managers: Member[] = [
  { user: 'ana', name: 'Ana Castell' },
  { user: 'ben', name: 'Ben Harlow' },
]

/** `days` is how long before today they applied. */
export const creators: DemoCreator[] = [
  creator('Mia Lindqvist', '@mia.glow', 'beauty', 'SE', 'Europe/Stockholm', 352, 9, 0.45),
  creator('Noah Okafor', '@noah.okafor', 'fitness', 'GB', 'Europe/London', 338, 6, 0.6),
  creator('Lena Vogt', '@lenavogt', 'beauty', 'DE', 'Europe/Berlin', 301, 8, 0.4),
  creator('Kenji Mori', '@kenji.skin', 'beauty', 'JP', 'Asia/Tokyo', 262, 5, 0.3),
  creator('Camila Duarte', '@camila.duarte', 'fashion', 'BR', 'America/Sao_Paulo', 214, 6, 0.55, {
    alias: 'Sol e Sal',
    shown: 'alias',
  }),
  creator('Priya Raman', '@priya.routine', 'beauty', 'IN', 'Asia/Kolkata', 167, 7, 0.35),
  creator('Jonas Falk', '@falk.abroad', 'travel', 'DK', 'Europe/Copenhagen', 118, 4, 0.5, { shown: 'hidden' }),
  creator('Zoe Tremblay', '@zoe.at.home', 'home', 'CA', 'America/Toronto', 74, 5, 0.4),
]

/** Asked /settings for three quiet weeks a few days ago. */
export const paused = 'zoe'

export const declined: Applicant = applicant('Viktor Strand', '@strand.overland', 'travel', 'NO', 'Europe/Oslo', 41)

/** They wait for an answer: since twenty hours, and since three. */
export const waiting: Applicant[] = [
  applicant('Tariq Benali', '@tariq.glows', 'beauty', 'MA', 'Africa/Casablanca', 20 / 24),
  applicant('Ella Novak', '@ella.morningface', 'fitness', 'CZ', 'Europe/Prague', 3 / 24),
]

export const emailOf = ({ user }: Member): string => `${user}@example.com`

function applicant(name: string, handle: string, niche: string, country: string, zone: string, days: number): Applicant {
  return { user: name.split(' ')[0]!.toLowerCase(), name, handle, niche, country, zone, days }
}

function creator(
  name: string,
  handle: string,
  niche: string,
  country: string,
  zone: string,
  days: number,
  weight: number,
  byCode: number,
  wishes: Record<string, string> = {},
): DemoCreator {
  return { ...applicant(name, handle, niche, country, zone, days), weight, byCode, wishes }
}
