// @ts-check
// What applications fix for everybody who connects them, told by the module.

import { call } from './instance.js'
import { PROFILE_IDS } from './options.js'
import { deepFreeze } from './report.js'

/** @type {Record<string, import('./index.js').Profile> | undefined} */
let knownProfiles

/**
 * One of them; `undefined` where there is none of this id.
 *
 * @param {string} id
 */
export function profile(id) {
  knownProfiles ??= call((module) =>
    Object.fromEntries(
      module.profiles().map((/** @type {{ id: string }} */ data) => [data.id, deepFreeze(data)]),
    ),
  )
  return knownProfiles[id]
}

/** What each profile fixes, by id. Read from the module when first used. */
export const profiles = Object.freeze(
  Object.defineProperties(
    {},
    Object.fromEntries(
      PROFILE_IDS.map((id) => [id, { enumerable: true, get: () => profile(id) }]),
    ),
  ),
)
