// Missions to begin with; a manager changes what does not fit and publishes. The fee is in whole
// units of the program's currency.
export const templates = {
  first_post: {
    label: 'First post',
    title: 'Show what you use',
    brief:
      'Show the product you use most in your own routine: what it is, when you use it, and what changed for you. Your own words, your own light.',
    dos: 'Say early that it is advertising. Show the product in use.',
    donts: 'No promises about health, no before and after with filters.',
    seats: 10,
    fee: 50,
    days: 14,
    rights: 'social',
    kinds: ['post', 'short_video'],
  },
  review: {
    label: 'Honest review',
    title: 'Your honest review',
    brief:
      'Two weeks with the product, told honestly: what you liked, what you did not, and who it is for. Criticism is welcome.',
    dos: 'Say how long you used it. Name one thing that could be better.',
    donts: 'No scores you were asked for; there are none.',
    seats: 5,
    fee: 80,
    days: 30,
    rights: 'web',
    kinds: ['review', 'testimonial'],
  },
  launch: {
    label: 'Launch of a product',
    title: 'New in the shop',
    brief:
      'Be among the first to show what is new: unpack it, try it once on camera, and say what surprised you. Post within the week.',
    dos: 'Use your own code or link. Post in the first seven days.',
    donts: 'Do not post before the launch day.',
    seats: 20,
    fee: 60,
    days: 7,
    rights: 'ads',
    kinds: ['short_video', 'demo', 'photo'],
  },
} as const

export type Template = keyof typeof templates
