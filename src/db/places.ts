/** What the private place of a person is called in a space. */
export const OWN = 'your place'
/** An account of theirs is not in it: it left, or was connected since. The place is kept, and the next post lets them in. */
export const LEFT = 'left'
