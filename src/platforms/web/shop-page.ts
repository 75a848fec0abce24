import type { CodeTerms } from '../../kernel/discount.ts'
import { format, type Money } from '../../kernel/money.ts'
import { sayMoment } from '../../kernel/time.ts'
import { type Html, hidden, html } from './html.ts'
import { icon, mark } from './icons.ts'
import type { ProgramRow } from './messages.ts'
import { demoMark, themeSwitch } from './page.ts'
import type { Sold } from './shop.ts'
import { type Bag, type Bill, changed, type Product, priced, products, writeBag } from './till.ts'

export type ShopView = {
  program: ProgramRow
  bag: Bag
  /** As typed; terms are undefined when it is not an active code. */
  code: string
  terms: CodeTerms | undefined
  cid: string
  bill: Bill
  orders: Sold[]
  /** The number of the order just placed. */
  done: string | undefined
  token: string
  event: string
  email: string
  now: Date
}

/** The shop's page: products, the bag with its bill, and what was bought. */
export function renderShop(view: ShopView): Html {
  const { program } = view
  return html`<a class="skip" href="#bag">Skip to the bag</a>
<header class="shop-top"><a class="shop-brand" href="${here(view, {})}"><span class="logo">${mark()}</span>${program.name}</a>${demoMark(program.demo)}
  <nav aria-label="Pages"><a href="/simulator">Back to the chat</a>${themeSwitch(icon('theme'))}</nav></header>
<main class="shop">
  <section class="hero"><div><h1>Skin that looks rested.</h1><p>Four quiet essentials, made in small batches.</p>
    ${view.cid !== '' && html`<p class="came">${icon('check')} You came through a creator's link. Your visit is remembered.</p>`}</div></section>
  ${view.done !== undefined && html`<p class="thanks" role="status">${icon('check')}<span>Thank you. Order ${view.done} is placed; the shop has sent its signed webhook.</span></p>`}
  <div class="shop-columns">
    <section aria-labelledby="products"><h2 id="products">Essentials</h2><ul class="products">${products.map((product) => renderProduct(product, view))}</ul></section>
    ${renderBag(view)}
  </div>
  ${renderOrders(view)}
</main>
<footer class="shop-foot"><p>A demo shop for walking through the program. Nothing is charged and nothing is shipped.</p></footer>`
}

const say = (m: Money, view: ShopView): string => format(m, view.program.locale)

/** This page with another bag or code; the click id always comes along. */
function here(view: ShopView, change: { bag?: Bag; code?: string }): string {
  const query = new URLSearchParams()
  if (view.cid !== '') query.set('cid', view.cid)
  const bag = writeBag(change.bag ?? view.bag)
  if (bag !== '') query.set('bag', bag)
  const code = change.code ?? view.code
  if (code !== '') query.set('code', code)
  return `/shop/${view.program.id}${query.size > 0 ? `?${query}` : ''}`
}

function renderProduct(product: Product, view: ShopView): Html {
  const count = view.bag.get(product.sku) ?? 0
  return html`<li class="product"><img src="/assets/shop-${product.sku}.svg" alt="" width="320" height="320">
    <div class="product-words"><h3>${product.name}</h3><p>${product.line}</p><p class="price"><strong>${say(priced(product.price, view.program.currency), view)}</strong> <span>${product.size}</span></p>
    <a class="button main" href="${here(view, { bag: changed(view.bag, product.sku, 1) })}#bag">Add to bag<span class="sr">: ${product.name}</span>${count > 0 && html` <span class="in-bag">${count}</span>`}</a></div></li>`
}

function renderBag(view: ShopView): Html {
  const lines = products.filter((product) => view.bag.has(product.sku))
  return html`<aside class="bag" id="bag" aria-labelledby="bag-title" tabindex="-1"><h2 id="bag-title">${icon('bag')} Your bag</h2>
    ${lines.length === 0 && html`<p class="none">Nothing in it yet.</p>`}
    <ul>${lines.map((product) => renderLine(product, view))}</ul>
    ${
      lines.length > 0 &&
      html`${renderCode(view)}${renderBill(view)}
    <form method="post" action="/shop/${view.program.id}/orders" class="fields">${hidden({ token: view.token, event: view.event, bag: writeBag(view.bag), cid: view.cid, code: view.terms === undefined ? '' : view.code })}
      <div class="field"><label for="email">E-mail</label><input type="email" id="email" name="email" required maxlength="254" value="${view.email}" autocomplete="off"></div>
      <button class="button main wide">Buy for ${say(view.bill.total, view)}</button></form>`
    }</aside>`
}

function renderLine(product: Product, view: ShopView): Html {
  const count = view.bag.get(product.sku)!
  const step = (by: 1 | -1, label: string, sign: string) =>
    html`<a class="step" href="${here(view, { bag: changed(view.bag, product.sku, by) })}#bag" aria-label="${label}: ${product.name}">${sign}</a>`
  return html`<li><span class="line-name">${product.name}</span><span class="steps">${step(-1, 'One fewer', '−')}<span>${count}</span>${step(1, 'One more', '+')}</span></li>`
}

function renderCode(view: ShopView): Html {
  const { terms } = view
  return html`<form method="get" action="/shop/${view.program.id}" class="code-form">${hidden({ ...(view.cid === '' ? {} : { cid: view.cid }), bag: writeBag(view.bag) })}
    <label for="code">Discount code</label><div><input id="code" name="code" value="${view.code}" maxlength="40" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-says"><button class="button plain">Apply</button></div>
    <p id="code-says" class="${terms ? 'works' : 'fails'}" role="status">${view.code !== '' && (terms ? html`${icon('check')} ${view.code} takes ${offWords(terms, view)}.` : html`${icon('alert')} ${view.code} is not an active code.`)}</p></form>`
}

const offWords = ({ amount, percent, minimum }: CodeTerms, view: ShopView): string =>
  `${amount ? say(amount, view) : `${percent} %`} off${minimum ? ` orders of ${say(minimum, view)} and more` : ''}`

function renderBill(view: ShopView): Html {
  const { bill } = view
  const row = (label: string, m: Money, sign = '') => html`<div><dt>${label}</dt><dd>${sign}${say(m, view)}</dd></div>`
  return html`<dl class="bill">${row('Goods', bill.subtotal)}${bill.discount.minor > 0n && row(`Code ${view.code}`, bill.discount, '−')}
    ${bill.shipping.minor > 0n ? row('Shipping', bill.shipping) : html`<div><dt>Shipping</dt><dd>Free</dd></div>`}${row('Tax, 8 %', bill.tax)}<div class="total"><dt>Total</dt><dd>${say(bill.total, view)}</dd></div></dl>`
}

function renderOrders(view: ShopView): Html {
  return html`<section class="orders" id="orders" aria-labelledby="orders-title"><h2 id="orders-title">Your orders</h2>
    ${view.orders.length === 0 && html`<p class="none">What you buy here is listed with its refunds.</p>`}
    <ul>${view.orders.slice(0, 20).map((order) => renderOrder(order, view))}</ul></section>`
}

function renderOrder(order: Sold, view: ShopView): Html {
  const goods = { minor: order.base, currency: order.currency }
  const back = { minor: order.refunded, currency: order.currency }
  const state = order.arriving
    ? html`<span class="state wait" data-arriving>On its way to Troupe…</span>`
    : order.refunded >= order.base
      ? html`<span class="state back">Refunded</span>`
      : order.refunded > 0n
        ? html`<span class="state back">${say(back, view)} refunded</span>`
        : html`<span class="state ok">Paid</span>`
  const open = !order.arriving && order.refunded < order.base
  return html`<li><div><strong>${order.number}</strong> <time datetime="${order.at.toISOString()}">${sayMoment(order.at, view.program.zone, view.program.locale)}</time></div>
    <div class="goods">${say(goods, view)} <small>goods</small></div><div>${state}</div>
    ${
      open &&
      html`<form method="post" action="/shop/${view.program.id}/refunds">${hidden({ token: view.token, order: order.externalId, event: `${view.event}-${order.externalId.slice(-8)}` })}
      ${order.refunded === 0n && html`<button class="button plain" name="part" value="half">Refund half</button>`}<button class="button danger" name="part" value="all">Refund ${order.refunded > 0n ? 'the rest' : 'all'}</button></form>`
    }</li>`
}
