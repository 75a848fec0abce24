// A gallery on a brand's page: <script src="…/gallery/embed.js" data-gallery="…" defer></script>. It sets no cookie, keeps nothing in the
// browser, writes no markup and no inline style, so that a strict Content-Security-Policy holds. Where nothing may be shown it shows nothing.
;(() => {
  const me = document.currentScript
  if (!me) return
  const styles = '{styles}'
  const { gallery, into, most, count } = me.dataset
  const home = me.src.replace(/\/embed\.js.*$/, '')

  const make = (name, given = {}, ...inside) => {
    const element = document.createElement(name)
    for (const [key, value] of Object.entries(given)) if (value !== null && value !== undefined) element.setAttribute(key, value)
    element.append(...inside.filter((one) => one))
    return element
  }

  /** Tells what was seen and clicked, together and without a cookie. */
  const counting = (root, address) => {
    const wait = { views: [], clicks: [] }
    let timer
    const tell = () => {
      clearTimeout(timer)
      timer = undefined
      if (wait.views.length + wait.clicks.length === 0) return
      const body = JSON.stringify({ views: wait.views.splice(0), clicks: wait.clicks.splice(0) })
      fetch(address, { method: 'POST', body, keepalive: true, credentials: 'omit', mode: 'no-cors' }).catch(() => {})
    }
    const watch = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue
          watch.unobserve(target)
          wait.views.push(target.dataset.item)
          timer ??= setTimeout(tell, 1000)
        }
      },
      { threshold: 0.5 },
    )
    for (const item of root.querySelectorAll('[data-item]')) watch.observe(item)
    root.addEventListener('click', (event) => {
      const item = event.target.closest?.('a') && event.target.closest('[data-item]')
      if (!item) return
      wait.clicks.push(item.dataset.item)
      tell()
    })
    addEventListener('pagehide', tell)
  }

  const filmOf = (film, alt, picture) => {
    const play = make('button', { type: 'button', class: 'play', 'aria-label': `Play: ${alt}` }, picture)
    play.addEventListener('click', () => {
      const shown = make('video', { controls: '', playsinline: '', src: film.url, 'aria-label': alt, tabindex: '0' })
      play.replaceWith(shown)
      shown.focus()
      shown.play().catch(() => {})
    })
    return play
  }

  const pieceOf = ({ id, url, image, _troupe: said }, earns) => {
    const to = () => ({ href: /^https?:/.test(url) ? url : '#', rel: earns ? 'sponsored noopener' : 'noopener' })
    const { alt, words, by, width, height, film } = said
    const size = width && height ? { width, height } : {}
    const picture = image && make('img', { src: image, alt: film ? '' : alt, loading: 'lazy', decoding: 'async', ...size })
    const seen = picture && (film ? filmOf(film, alt, picture) : make('a', to(), picture))
    const caption = make(
      'figcaption',
      {},
      words && make('p', { class: 'words' }, words),
      by && make('p', { class: 'by' }, by),
      (film || !picture) && make('p', {}, make('a', to(), 'See the product')),
    )
    return make('li', { 'data-item': id }, make('figure', {}, seen, caption))
  }

  const show = (feed) => {
    if (feed.items.length === 0) return
    const note = feed._troupe?.note
    const items = feed.items.slice(0, Number(most) || undefined).map((item) => pieceOf(item, Boolean(note)))
    const body = make(
      'section',
      { class: 'gallery', 'aria-label': feed.title },
      make('ul', {}, ...items),
      note && make('p', { class: 'note' }, note),
    )
    const host = make('div')
    const root = host.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(styles)
    root.adoptedStyleSheets = [sheet]
    root.append(body)
    const place = into && document.querySelector(into)
    if (place) place.append(host)
    else me.after(host)
    counting(root, `${home}/${gallery}/seen`)
  }

  if (count) counting(document, count)
  if (!gallery) return
  fetch(`${home}/${gallery}/feed.json`, { credentials: 'omit' })
    .then((answer) => (answer.ok ? answer.json().then(show) : undefined))
    .catch(() => {})
})()
