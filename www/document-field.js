// @ts-check
// A field for a document: pasted, chosen as a file, or dropped.

import { byId } from './element.js'

/** Beyond this nothing is a SAML message, and a text field takes long to show it. */
const LARGEST_FILE = 8 * 1024 * 1024

/** A field that holds text, or the very bytes of a file. */
export class DocumentField {
  #textarea
  #summary
  /** @type {Uint8Array | undefined} the file, as long as nobody changed the text made of it */
  #bytes
  #listener = () => {}

  /** @param {string} id of the textarea; what belongs to it in index.html has ids made of it */
  constructor(id) {
    this.#textarea = byId(id, HTMLTextAreaElement)
    this.#summary = byId(`${id}-summary`, HTMLOutputElement)
    this.#textarea.addEventListener('input', () => {
      this.#bytes = undefined
      this.#listener()
    })
    const chooser = byId(`${id}-file`, HTMLInputElement)
    chooser.addEventListener('change', async () => {
      await this.#take(chooser.files?.[0])
      // The same file can be chosen again after it was edited.
      chooser.value = ''
    })
    this.#acceptDrops(byId(`${id}-drop`, HTMLFieldSetElement))
  }

  /** @returns {string | Uint8Array} */
  get content() {
    return this.#bytes ?? this.#textarea.value
  }

  get empty() {
    return this.#textarea.value.trim() === ''
  }

  /** @param {string} text */
  fill(text) {
    this.#textarea.value = text
    this.#bytes = undefined
    this.#listener()
  }

  /** @param {() => void} listener called after each change */
  onChange(listener) {
    this.#listener = listener
  }

  /**
   * Says something about the content, below the field.
   *
   * @param {string} text
   * @param {'problem'} [mark]
   */
  say(text, mark) {
    this.#summary.textContent = text
    this.#summary.classList.toggle('problem', mark === 'problem')
  }

  focus() {
    this.#textarea.focus()
  }

  /** @param {HTMLElement} zone */
  #acceptDrops(zone) {
    const mark = (/** @type {boolean} */ on) => zone.classList.toggle('dropping', on)
    zone.addEventListener('dragover', (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      mark(true)
    })
    zone.addEventListener('dragleave', () => mark(false))
    zone.addEventListener('drop', (event) => {
      mark(false)
      const file = event.dataTransfer?.files[0]
      if (file === undefined) return
      event.preventDefault()
      void this.#take(file)
    })
  }

  /** @param {File | undefined} file */
  async #take(file) {
    if (file === undefined) return
    if (file.size > LARGEST_FILE) {
      this.say(`${file.name} has more than 8 MB: that is no SAML document.`, 'problem')
      return
    }
    try {
      const bytes = new Uint8Array(await file.arrayBuffer())
      this.fill(new TextDecoder().decode(bytes))
      // Not the text: a byte order mark or another encoding has to reach the engine.
      this.#bytes = bytes
      this.#listener()
    } catch {
      this.say(`${file.name} cannot be read.`, 'problem')
    }
  }
}

/** A file that is dropped beside a field would replace the page, and all that was filled in. */
export function ignoreOtherDrops() {
  for (const type of ['dragover', 'drop']) {
    window.addEventListener(type, (event) => {
      const { dataTransfer } = /** @type {DragEvent} */ (event)
      if (dataTransfer?.types.includes('Files')) event.preventDefault()
    })
  }
}
