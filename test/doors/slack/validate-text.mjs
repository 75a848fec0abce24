/** Collects breaches; texts, options and confirms are the parts every block is made of. */

export class Breaches {
  /** @type {string[]} */ lines = []
  /** @param {'message'|'modal'|'home'} surface @param {(id: string) => boolean} hasFile */
  constructor(surface, hasFile) {
    this.surface = surface
    this.hasFile = hasFile
  }

  /** @param {string} at @param {string} what */
  add(at, what) {
    this.lines.push(`[ERROR] ${what} [json-pointer:${at}]`)
  }

  /** @param {unknown} value @param {number} max @param {string} at */
  text(value, max, at, min = 1) {
    if (typeof value !== 'string') return this.add(at, 'must be a string')
    if (value.length < min) return this.add(at, `must be more than ${min - 1} characters`)
    if (value.length > max) this.add(at, `must be less than ${max + 1} characters`)
  }

  /** @param {any} object @param {number} max @param {string} at */
  plain(object, max, at) {
    if (object?.type !== 'plain_text') return this.add(`${at}/type`, 'must be a plain_text object')
    this.keys(object, ['type', 'text', 'emoji'], at)
    this.text(object.text, max, `${at}/text`)
  }

  /** plain_text or mrkdwn. @param {any} object @param {number} max @param {string} at */
  either(object, max, at) {
    if (object?.type === 'plain_text') return this.plain(object, max, at)
    if (object?.type !== 'mrkdwn') return this.add(`${at}/type`, 'must be a plain_text or mrkdwn object')
    this.keys(object, ['type', 'text', 'verbatim'], at)
    this.text(object.text, max, `${at}/text`)
  }

  /** @param {any} object @param {string[]} known @param {string} at */
  keys(object, known, at) {
    for (const key of Object.keys(object)) if (!known.includes(key)) this.add(`${at}/${key}`, 'additional property')
  }

  /** @param {unknown} url @param {string} at */
  url(url, at) {
    this.text(url, 3000, at)
    if (typeof url === 'string' && !/^(https?:\/\/|mailto:|slack:\/\/)\S+$/.test(url)) this.add(at, 'must be a valid URL')
  }

  /** @param {unknown} list @param {number} min @param {number} max @param {string} at @returns {list is any[]} */
  list(list, min, max, at) {
    if (!Array.isArray(list)) this.add(at, 'must be an array')
    else if (list.length < min) this.add(at, `no fewer than ${min} items allowed`)
    else if (list.length > max) this.add(at, `no more than ${max} items allowed`)
    return Array.isArray(list)
  }

  /** Radio buttons and checkboxes may use mrkdwn. @param {any[]} list @param {number} min @param {number} max @param {string} at */
  options(list, min, max, at, marked = false) {
    if (!this.list(list, min, max, at)) return
    for (const [n, option] of list.entries()) {
      const here = `${at}/${n}`
      this.keys(option, ['text', 'value', 'description', 'url'], here)
      if (marked) this.either(option.text, 75, `${here}/text`)
      else this.plain(option.text, 75, `${here}/text`)
      this.text(option.value, 150, `${here}/value`)
      if (option.description !== undefined)
        (marked ? this.either : this.plain).call(this, option.description, 75, `${here}/description`)
    }
    const values = list.map((o) => o.value)
    if (new Set(values).size < values.length) this.add(at, 'option values must be unique')
  }

  /** @param {any} confirm @param {string} at */
  confirm(confirm, at) {
    this.keys(confirm, ['title', 'text', 'confirm', 'deny', 'style'], at)
    this.plain(confirm.title, 100, `${at}/title`)
    this.either(confirm.text, 300, `${at}/text`)
    this.plain(confirm.confirm, 30, `${at}/confirm`)
    this.plain(confirm.deny, 30, `${at}/deny`)
  }

  /** An image's source: a URL or a file uploaded to Slack before. @param {any} object @param {string} at */
  picture(object, at) {
    this.text(object.alt_text, 2000, `${at}/alt_text`, 0)
    if (object.image_url === undefined && object.slack_file === undefined)
      return this.add(at, 'missing required field: image_url or slack_file')
    if (object.image_url !== undefined && object.slack_file !== undefined) this.add(at, 'only one of image_url and slack_file')
    if (object.image_url !== undefined) this.url(object.image_url, `${at}/image_url`)
    const id = object.slack_file?.id ?? object.slack_file?.url
    if (object.slack_file !== undefined && (typeof id !== 'string' || !this.hasFile(id)))
      this.add(`${at}/slack_file`, 'invalid slack file')
  }
}
