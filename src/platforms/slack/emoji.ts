/** Slack tells reactions by name; a program names its emoji as one sees it. */

// Source: iamcal/emoji-data (MIT), the short names that Slack uses. Those of a workspace's own emoji are their names.
const drawn: Record<string, string> = {
  camera_with_flash: '📸',
  camera: '📷',
  movie_camera: '🎥',
  clapper: '🎬',
  frame_with_picture: '🖼',
  floppy_disk: '💾',
  inbox_tray: '📥',
  pushpin: '📌',
  bookmark: '🔖',
  star: '⭐',
  star2: '🌟',
  sparkles: '✨',
  gem: '💎',
  fire: '🔥',
  heart: '❤',
  heart_eyes: '😍',
  eyes: '👀',
  '+1': '👍',
  thumbsup: '👍',
  raised_hands: '🙌',
  trophy: '🏆',
  white_check_mark: '✅',
  speech_balloon: '💬',
  mega: '📣',
  rocket: '🚀',
}

/** The emoji behind a reaction's name, whatever the colour of the hand; the name itself for one that is not known here. */
export const emojiOf = (reaction: string): string => {
  const [name = ''] = reaction.split('::')
  return drawn[name] ?? name
}
