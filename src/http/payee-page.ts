/** The page where a creator says where they are paid: made for a phone, works without scripts, shows no account that it knows. */
import type { Country } from '../creators/rules-countries.ts'
import type { Refusal } from '../kernel/refusal.ts'
import { type Method, methods } from '../payouts/rules.ts'
import { type AccountState, stateWords } from '../payouts/rules-onboarding.ts'
import { type Kind, kindWords, type PayeeDetails } from '../payouts/rules-payee.ts'
import { byEnter } from '../platforms/web/form.ts'
import { type Html, hidden, html } from '../platforms/web/html.ts'
import { icon, mark } from '../platforms/web/icons.ts'
import { demoMark, document, type Theme } from '../platforms/web/page.ts'

export type PayeeFrame = { program: { name: string; demo: boolean }; theme: Theme }

function framed({ program, theme }: PayeeFrame, title: string, body: Html): string {
  return document({
    title: `${title} · ${program.name}`,
    theme,
    styles: ['join.css', 'payee.css'],
    bodyClass: 'in-join',
    body: html`<a class="skip" href="#main">Skip to the page</a>
<header class="join-top"><p><span class="logo">${mark()}</span><span class="brand"><bdi>${program.name}</bdi></span>${demoMark(program.demo)}</p></header>
<main class="join" id="main">${body}</main>`,
  })
}

/** Behind the link from the chat: whose details these are, and the button that alone opens them. */
export const openPage = (frame: PayeeFrame, name: string, action: string): string =>
  framed(
    frame,
    'Payment details',
    html`<h1>Payment details of <bdi>${name}</bdi></h1>
      <p>This opens the page where you say how you are paid, on this browser, for half an hour. If you are not <bdi>${name}</bdi>, close it.</p>
      <form method="post" action="${action}"><button class="button main wide">Continue</button></form>`,
  )

export const payeeRefused = (frame: PayeeFrame, refusal: Refusal): string =>
  framed(
    frame,
    'Payment details',
    html`<h1>This page is over</h1><p>${refusal.sentence}${refusal.fix !== undefined && ` ${refusal.fix}`}</p><p>Type <kbd>/details</kbd> in the chat for a new link.</p>`,
  )

export const savedPage = (frame: PayeeFrame, saved: { kinds: Kind[]; held: string | undefined }): string =>
  framed(
    frame,
    'Saved',
    saved.kinds.length === 0
      ? html`<h1>Nothing was changed</h1><p>Your details are as they were. You can close this page.</p>`
      : html`<h1>Saved</h1><p>We keep this sealed: only you and those who pay you can see it. Changed: ${saved.kinds.map((kind) => kindWords[kind]).join(', ')}.</p>
        ${saved.held !== undefined && html`<p><strong>For your safety nothing is paid before ${saved.held}.</strong> We told you at every place we know you at; if it was not you who changed this, tell the team at once.</p>`}
        <p>You can close this page. <kbd>/earnings</kbd> in the chat shows what you get on the next payday.</p>`,
  )

export type PayeeForm = {
  token: string
  countries: Country[]
  methods: readonly Method[]
  /** Everybody else needs a W-8BEN: the brand pays from the United States. */
  fromUs: boolean
  before: PayeeDetails | undefined
  /** How the account is shown that is kept when nothing else is typed. */
  shown: string | undefined
  /** Whether accounts can be made through the brand’s Stripe, and what is known of this creator’s. */
  stripe: { offered: boolean; account: (AccountState & { country: string }) | null }
  country: string
  typed: Record<string, string> | undefined
  errors: Record<string, string>
}

type More = {
  hint?: string
  /** Not needed in every case, and no field to be called optional. */
  silent?: boolean
  optional?: boolean
  max?: number
  complete?: string
  mode?: string
  placeholder?: string
  type?: string
}

/** The form; what depends on the way of payment or the country is shown by the style sheet, and all of it where that can't be. */
export function payeePage(frame: PayeeFrame, form: PayeeForm): string {
  const { typed, errors, before } = form
  const value = (name: string, known = ''): string => typed?.[name] ?? known
  const text = (name: string, label: string, known: string, more: More = {}): Html =>
    field(name, label, errors[name], more, html`value="${value(name, known)}"`)
  const address = before?.address
  const count = Object.keys(errors).length
  const keep = form.shown === undefined ? undefined : `Leave empty to keep what is there: ${form.shown}`
  const body = html`<h1>How you are paid</h1>
    <p>Only you and those who pay you can see this. Nothing of it is ever shown in the chat.</p>
    <form method="post" action="/details/form" class="fields join-form payee${form.fromUs ? ' from-us' : ''}" autocomplete="on">
      ${byEnter}${hidden({ token: form.token })}
      ${count > 0 && html`<p class="problem" role="alert">${icon('alert')}<span>${count === 1 ? 'One answer needs another look.' : `${count} answers need another look.`} Account numbers have to be typed again.</span></p>`}
      <h2>You</h2>
      ${text('name', 'Legal name, as your bank has it', before?.name ?? '', { max: 100, complete: 'name' })}
      ${countryField(form, value('country', before?.country ?? form.country))}
      ${text('line', 'Street and number', address?.line ?? '', { max: 100, complete: 'address-line1' })}
      ${text('more', 'Apartment or c/o', address?.more ?? '', { max: 100, complete: 'address-line2', optional: true })}
      ${text('postcode', 'Postcode', address?.postcode ?? '', { max: 20, complete: 'postal-code', optional: true })}
      ${text('city', 'City', address?.city ?? '', { max: 60, complete: 'address-level2' })}
      ${text('region', 'State or region', address?.region ?? '', { max: 60, complete: 'address-level1', optional: true })}
      <h2>Where the money goes</h2>
      ${methodField(form, value('method', before?.account.method ?? form.methods[0] ?? 'bank'))}
      ${accountFields(form, keep)}
      <h2>Tax</h2>
      ${text('vat', 'VAT id', before?.vatId ?? '', { optional: true, max: 30, hint: 'Only if you have one. It stands on your statements.' })}
      ${tick('billing', `${frame.program.name} may write my invoices for me (self-billing)`, value('billing', before?.billing ? 'yes' : '') === 'yes', errors.billing, 'Needed with a VAT id. Each payout then comes with a statement that is your invoice.')}
      ${taxFields(form)}
      <button class="button main wide" name="send" value="1">Save</button>
      <p class="fine">If you change where the money goes, payouts rest for 72 hours and we tell you at every place we know you at.</p>
    </form>`
  return framed(frame, 'How you are paid', body)
}

/** One input of each name: the browser sends what is in it, whichever group is shown. Accounts are never drawn. */
function accountFields({ errors, before, methods: open, stripe }: PayeeForm, keep: string | undefined): Html {
  const shownFor = (...of: Method[]): string =>
    of
      .filter((method) => open.includes(method))
      .map((method) => `for-${method}`)
      .join(' ')
  const group = (of: Method[], fields: Html): Html | false =>
    of.some((method) => open.includes(method)) && html`<div class="fields group ${shownFor(...of)}">${fields}</div>`
  const secret = (name: string, label: string, more: More = {}) =>
    field(name, label, errors[name], { complete: 'off', silent: true, ...more }, html`value=""`)
  return html`${keep !== undefined && before && html`<p class="hint group for-${before.account.method}">${keep}</p>`}
    ${group(['paypal', 'wise'], secret('email', 'E-mail of your PayPal or Wise account', { type: 'email', max: 254 }))}
    ${group(
      ['bank', 'wise'],
      html`${secret('iban', 'IBAN', { max: 42, hint: 'In Europe and many other countries' })}
        ${secret('bic', 'BIC', { max: 11, optional: true })}
        ${secret('number', 'Account number', { max: 24, hint: 'Where there is no IBAN', mode: 'numeric' })}
        ${secret('routing', 'Routing or sort code', { max: 11, mode: 'numeric' })}`,
    )}
    ${group(['stripe'], stripeField(stripe, errors.stripe))}
    ${group(['credit'], html`<p>You get a gift code of the shop, privately in the chat.</p>`)}`
}

/** Stripe asks for the account itself; here it is a button and how it stands. */
function stripeField({ offered, account }: PayeeForm['stripe'], error: string | undefined): Html {
  const yes = (on: boolean): string => (on ? 'on' : 'not yet')
  const status =
    account &&
    html`<p class="hint">${stateWords(account)} Transfers: ${yes(account.transfers === 'active')} · Payouts: ${yes(account.payoutsEnabled)} · Charges: ${yes(account.chargesEnabled)}</p>`
  const ready = account?.payoutsEnabled && account.transfers === 'active'
  return html`<div class="field" id="stripe">${status}${
    offered
      ? html`<p>${account ? 'Your account is with Stripe.' : 'Stripe opens an account for you and asks for your bank itself. Choose your country above first, and do this before you fill in the rest: what is typed here is not kept while you are away.'}</p>
        <button class="button wide" formaction="/details/stripe" formmethod="post" formnovalidate>${ready ? 'Change it at Stripe' : account ? 'Go on with Stripe' : 'Set up with Stripe'}</button>`
      : html`<p>The brand has not connected Stripe yet, so choose another way for now.</p>`
  }${wrong('p-stripe', error)}</div>`
}

/** Shown for those whose country needs a form; of a tax number the last four digits are all we ask. */
function taxFields({ errors, before, typed }: PayeeForm): Html {
  const signed = before && before.tax.form !== 'none' ? before.tax : undefined
  return html`<div class="fields group for-tax">
    <p><strong>Tax form.</strong> In the United States this is the W-9; if the brand pays from there, everybody else gives the W-8BEN. We keep that you signed it, and the last four digits alone.</p>
    ${signed && html`<p class="hint">Signed by ${signed.signedName}. Leave empty to keep it.</p>`}
    ${field('tin', 'Last four digits of your tax number (SSN or EIN)', errors.tin, { silent: true, max: 4, complete: 'off', mode: 'numeric' }, html`value=""`)}
    ${field('signed', 'Sign with your full name', errors.signed, { silent: true, max: 100, complete: 'off' }, html`value="${typed?.signed ?? ''}"`)}
    ${tick('certify', 'Under penalties of perjury, I certify that what I state is true and that I am who I say', typed?.certify === 'yes', errors.certify)}</div>`
}

function field(name: string, label: string, error: string | undefined, more: More, value: Html): Html {
  const id = `p-${name}`
  const aids = [more.hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean).join(' ')
  const attributes = html`id="${id}" name="o.${name}" type="${more.type ?? 'text'}"${more.max !== undefined && html` maxlength="${more.max}"`}${more.mode !== undefined && html` inputmode="${more.mode}"`}${more.complete !== undefined && html` autocomplete="${more.complete}"`}${more.placeholder !== undefined && html` placeholder="${more.placeholder}"`}${!more.optional && !more.silent && html` required`}${aids !== '' && html` aria-describedby="${aids}"`}${error !== undefined && html` aria-invalid="true"`}`
  return html`<div class="field"><label for="${id}">${label}${more.optional && html` <span class="optional">optional</span>`}</label><input ${attributes} ${value}>${more.hint !== undefined && html`<p class="hint" id="${id}-hint">${more.hint}</p>`}${wrong(id, error)}</div>`
}

const wrong = (id: string, error: string | undefined): Html | false =>
  error !== undefined && html`<p class="error" id="${id}-error">${icon('alert')}<span>${error}</span></p>`

function tick(name: string, label: string, ticked: boolean, error: string | undefined, hint?: string): Html {
  const id = `p-${name}`
  const aids = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean).join(' ')
  return html`<div class="field tick"><label for="${id}"><input type="checkbox" id="${id}" name="o.${name}" value="yes"${ticked && html` checked`}${aids !== '' && html` aria-describedby="${aids}"`}${error !== undefined && html` aria-invalid="true"`}><span>${label}</span></label>${hint !== undefined && html`<p class="hint" id="${id}-hint">${hint}</p>`}${wrong(id, error)}</div>`
}

function countryField({ countries, errors }: PayeeForm, chosen: string): Html {
  const options = countries.map(
    ({ code, name }) => html`<option value="${code}"${code === chosen && html` selected`}>${name}</option>`,
  )
  return html`<div class="field"><label for="p-country">Country where you pay tax</label><select id="p-country" name="o.country" required autocomplete="country"${errors.country !== undefined && html` aria-invalid="true" aria-describedby="p-country-error"`}><option value="">Choose…</option>${options}</select>${wrong('p-country', errors.country)}</div>`
}

const methodField = ({ methods: open, errors }: PayeeForm, chosen: string): Html =>
  html`<fieldset class="field few" id="p-method"${errors.method !== undefined && html` aria-describedby="p-method-error"`}><legend>Paid by</legend>${open.map(
    (method) =>
      html`<label><input type="radio" name="o.method" value="${method}" required${method === chosen && html` checked`}><span>${methods[method]}</span></label>`,
  )}${wrong('p-method', errors.method)}</fieldset>`
