/** Hosts of posts, and the network each belongs to. */
export const networks: Record<string, string> = {
  'tiktok.com': 'tiktok',
  'instagram.com': 'instagram',
  'youtube.com': 'youtube',
  'youtu.be': 'youtube',
  'pinterest.com': 'pinterest',
  'twitch.tv': 'twitch',
  'facebook.com': 'facebook',
  'x.com': 'x',
  'twitter.com': 'x',
  'threads.net': 'threads',
  'threads.com': 'threads',
}

/** The network that a host belongs to; null for blogs and everything we don't know. */
export const networkAt = (host: string): string | null => networks[host.replace(/^(?:www|m|mobile|vm|vt)\./, '')] ?? null
