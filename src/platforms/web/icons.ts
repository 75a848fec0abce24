import { type Html, html } from './html.ts'

// Drawn on a 20 × 20 grid with the colour of the text around them; they are never the only bearer of a meaning.
const paths = {
  hash: 'M8 3 6.5 17M13.5 3 12 17M3.5 7.5h13.5M3 12.5h13.5',
  lock: 'M5.5 9h9a1 1 0 0 1 1 1v5.5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1ZM7 9V6.5a3 3 0 0 1 6 0V9',
  chart: 'M4 16.5V10M8 16.5v-6M12 16.5v-9M16 16.5v-13',
  bag: 'M5 7h10l1 9.5H4L5 7ZM7.5 7V6a2.5 2.5 0 0 1 5 0v1',
  swap: 'M4 7h11M12 4l3 3-3 3M16 13H5M8 10l-3 3 3 3',
  plus: 'M10 4v12M4 10h12',
  menu: 'M3.5 6h13M3.5 10h13M3.5 14h13',
  close: 'm5 5 10 10M15 5 5 15',
  eye: 'M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5ZM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z',
  pin: 'M8 3h4l-.5 5 2.5 2.5v1.5H6v-1.5L8.5 8 8 3ZM10 12v5',
  send: 'M4 10h11M10.5 5.5 15 10l-4.5 4.5',
  theme: 'M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3Z',
  check: 'm4.5 10.5 3.5 3.5 7.5-8',
  alert: 'M10 3.5 17.5 16.5h-15L10 3.5ZM10 8.5v3.5M10 14.2v.1',
  stop: 'M7 3h6l4 4v6l-4 4H7l-4-4V7l4-4ZM10 6.8v4M10 13.3v.1',
  reply: 'M3.5 16v-4a4 4 0 0 1 4-4h8M12.5 5l3 3-3 3',
  open: 'M8 5H5v10h10v-3M11 4h5v5M16 4l-7 7',
  user: 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5',
  spark: 'M10 2.5 11.9 8.1 17.5 10l-5.6 1.9L10 17.5l-1.9-5.6L2.5 10l5.6-1.9Z',
  down: 'm5 8 5 5 5-5',
} as const

export type Icon = keyof typeof paths

export const icon = (name: Icon): Html =>
  html`<svg class="icon" viewBox="0 0 20 20" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="${paths[name]}"/></svg>`

/** The program's own mark: a round spark. */
export const mark = (): Html =>
  html`<svg viewBox="0 0 20 20" width="22" height="22" fill="currentColor" aria-hidden="true" focusable="false"><path d="${paths.spark}"/></svg>`
