/** Messages, modals and answers as a person reads them. */
import { everyComponent, everyMedia, FLAG } from './limits.mjs'
import { readMessage } from './messages.mjs'

const SELECTS = { 3: 'string', 5: 'user', 6: 'role', 7: 'mentionable', 8: 'channel' }
const FIELDS = { ...SELECTS, 19: 'file', 21: 'radio', 22: 'checks', 23: 'check' }

/** @param {import('./state.mjs').State} state @param {import('./messages.mjs').Kept} kept */
export function seenMessage(state, kept) {
  const raw = readMessage(state, { ...kept, json: kept.json })
  const json = kept.json
  const all = everyComponent(json.components).map(({ component }) => component)
  const embeds = json.embeds.flatMap((e) => [
    e.author?.name,
    e.title,
    e.description,
    ...(e.fields ?? []).flatMap((f) => [f.name, f.value]),
    e.footer?.text,
  ])
  const texts = [json.content, ...all.filter((c) => c.type === 10).map((c) => c.content), ...embeds]
  const files = raw.attachments.length ? raw.attachments : json.attachments
  return {
    id: json.id,
    channelId: json.channel_id,
    authorId: json.author.id,
    text: texts.filter(Boolean).join('\n'),
    content: json.content,
    buttons: all
      .filter((c) => c.type === 2)
      .map((c) => ({
        label: c.label ?? c.emoji?.name ?? '',
        ...(c.custom_id && { customId: c.custom_id }),
        ...(c.url && { url: c.url }),
        disabled: c.disabled ?? false,
        style: c.style,
      })),
    selects: all
      .filter((c) => SELECTS[c.type])
      .map((c) => ({
        customId: c.custom_id,
        type: SELECTS[c.type],
        placeholder: c.placeholder ?? '',
        options: choices(c),
        disabled: c.disabled ?? false,
      })),
    attachments: files.map((a) => ({
      id: a.id,
      name: a.filename,
      url: a.url,
      size: a.size,
      mime: a.content_type,
      ...(a.description && { description: a.description }),
    })),
    images: [
      ...everyMedia(json.components).map(({ media }) => media.url),
      ...json.embeds.flatMap((e) => [e.image?.url, e.thumbnail?.url]).filter(Boolean),
    ],
    accent: all.find((c) => c.type === 17)?.accent_color ?? json.embeds[0]?.color ?? undefined,
    ephemeral: Boolean(kept.ephemeralFor),
    pinned: json.pinned,
    edits: kept.edits,
    nonce: kept.nonce === undefined || kept.nonce === null ? undefined : String(kept.nonce),
    pinged: kept.pinged,
    raw,
  }
}

const choices = (c) =>
  (c.options ?? []).map((o) => ({ label: o.label, value: o.value, ...(o.description && { description: o.description }) }))

/** @param {string} id of the interaction that opened it @param {import('./state.mjs').Json} data */
export function seenModal(id, data) {
  const fields = []
  const texts = []
  for (const part of data.components) {
    if (part.type === 10) texts.push(part.content)
    if (part.type === 18) fields.push(field(part.component, part.label, part.description))
    if (part.type === 1) for (const c of part.components) fields.push(field(c, c.label))
  }
  return { id, customId: data.custom_id, title: data.title, fields, texts, raw: data }
}

function field(c, label, description) {
  const text = c.type === 4
  const chosen = (c.options ?? []).filter((o) => o.default).map((o) => o.value)
  const least = text ? c.min_length : c.min_values
  const most = text ? c.max_length : c.max_values
  return {
    customId: c.custom_id,
    label: label ?? '',
    ...(description && { description }),
    type: text ? (c.style === 2 ? 'long' : 'text') : FIELDS[c.type],
    required: c.type === 23 ? false : (c.required ?? true),
    ...(least != null && { min: least }),
    ...(most != null && { max: most }),
    ...((c.value ?? chosen[0]) !== undefined && { value: c.value ?? chosen[0] }),
    ...(c.placeholder && { placeholder: c.placeholder }),
    options: choices(c),
  }
}

/** @param {import('./state.mjs').State} state @param {import('./state.mjs').Json} record of the interaction */
export function seenAnswer(state, record) {
  const original = record.originalId && state.messages.get(record.originalId)
  const followups = record.followups
    .map((id) => state.messages.get(id))
    .filter(Boolean)
    .map((m) => seenMessage(state, m))
  const type = record.ack?.type
  const updates = type === 6 || type === 7
  const waiting = (type === 5 && (!original || original.json.flags & FLAG.LOADING)) || (type === 6 && !record.completed)
  const answeredAnew = type === 6 && !record.updated && followups.length > 0
  const message = answeredAnew ? followups.shift() : original && !waiting ? seenMessage(state, original) : undefined
  const modal = type === 9 ? seenModal(record.id, record.modal) : undefined
  return {
    interactionId: record.id,
    kind: modal ? 'modal' : waiting ? 'deferred' : updates && !answeredAnew ? 'update' : 'message',
    deferred: type === 5 || type === 6,
    ephemeral: message?.ephemeral ?? (Boolean(original?.ephemeralFor) || false),
    ...(message && { message }),
    ...(modal && { modal }),
    followups,
    text: [message?.text, modal?.title, ...followups.map((m) => m.text)].filter(Boolean).join('\n'),
    ackMs: record.ack ? record.ack.at - record.at : 0,
  }
}
