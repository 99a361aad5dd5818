// @ts-check
// Test data to try the page with. Fetched at the start, so that it is there offline, too.

/** @typedef {import('./form.js').Example} Example */

/**
 * Makes the buttons work, each as soon as its example is there.
 *
 * @param {(example: Example) => void} load
 */
export async function prepareExamples(load) {
  const buttons = document.querySelectorAll('button[data-example]')
  await Promise.all(
    [...buttons].map(async (button) => {
      if (!(button instanceof HTMLButtonElement)) return
      const url = new URL(`./examples/${button.dataset.example}.json`, import.meta.url)
      const response = await fetch(url)
      if (!response.ok) return
      const example = /** @type {Example} */ (await response.json())
      button.addEventListener('click', () => load(example))
      button.disabled = false
    }),
  )
}
