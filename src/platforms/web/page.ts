import { type Html, html } from './html.ts'

export type Theme = 'light' | 'dark' | undefined

export type Document = {
  title: string
  theme: Theme
  /** Scripts from /assets beside app.js. */
  scripts?: string[]
  styles?: string[]
  body: Html
  bodyClass?: string
  /** Seconds after which a browser without scripts reads the page again. */
  refresh?: number
  lang?: string
}

/** A whole page. No inline script or style, so that the strictest Content-Security-Policy holds. */
export function document(page: Document): string {
  const styles = ['app.css', 'card.css', 'form.css', ...(page.styles ?? [])]
  const scripts = ['app.js', ...(page.scripts ?? [])]
  return html`<!doctype html>
<html lang="${page.lang ?? 'en'}"${page.theme && html` data-theme="${page.theme}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${page.refresh !== undefined && html`<noscript><meta http-equiv="refresh" content="${page.refresh}"></noscript>`}
<title>${page.title}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
${styles.map((name) => html`<link rel="stylesheet" href="/assets/${name}">`)}
${scripts.map((name) => html`<script src="/assets/${name}" type="module"></script>`)}
</head>
<body class="${page.bodyClass ?? ''}">
${page.body}
</body>
</html>`.html
}

/** The theme a person chose; without a choice the system's holds. */
export function themeOf(cookies: Record<string, string | undefined>): Theme {
  const chosen = cookies.troupe_theme
  return chosen === 'light' || chosen === 'dark' ? chosen : undefined
}

/** The mark that every page of a demo program carries. */
export const demoMark = (demo: boolean): Html | false =>
  demo && html`<span class="demo" title="Made-up people and sales, to try things out">Demo</span>`

/** Initials on one of six colours, the same for the same person everywhere. */
export function avatar(id: string, name: string, size: 'small' | 'normal' = 'normal'): Html {
  let sum = 0
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 6_007
  const initials = name
    .split(/[\s.\-_]+/)
    .filter((word) => /^[\p{L}\p{N}]/u.test(word))
    .map((word) => [...word][0]!.toUpperCase())
    .slice(0, 2)
    .join('')
  return html`<span class="avatar ${size} hue-${sum % 6}" aria-hidden="true">${initials || '?'}</span>`
}

/** The switch between light and dark; without scripts it would do nothing, so a script shows it. */
export const themeSwitch = (look: Html): Html =>
  html`<button type="button" class="ghost" data-theme-switch hidden aria-label="Switch between light and dark">${look}</button>`
