// @ts-check
// The package: the only thing that this page asks about a message.

/**
 * @typedef {typeof import('../pkg/index.js')} Countersign
 * @typedef {import('../pkg/index.js').Report} Report
 * @typedef {import('../pkg/index.js').Outline} Outline
 * @typedef {import('../pkg/index.js').SamlError} SamlError
 * @typedef {import('../pkg/index.js').IdentityProvider} IdentityProvider
 * @typedef {import('../pkg/index.js').Profile} Profile
 */

/**
 * What the form says.
 *
 * @typedef {object} SetUp
 * @property {string | Uint8Array} message
 * @property {string | Uint8Array} metadata
 * @property {Omit<import('../pkg/index.js').ServiceProviderOptions, 'idp'>} options
 * @property {string | undefined} requestId
 * @property {Date} now
 */

/**
 * What the engine found.
 *
 * @typedef {object} Found
 * @property {Report} report
 * @property {SamlError} [refusal] why, where the message is refused
 * @property {IdentityProvider} identityProvider as the metadata describes it
 */

/** @type {Countersign} */
let countersign

/** Loads the package. Everything else here needs it. */
export async function load() {
  const entry = /** @type {unknown} */ (await import('./countersign/browser.js'))
  countersign = /** @type {Countersign} */ (entry)
  await countersign.init()
}

/** @returns {readonly Profile[]} */
export function profiles() {
  return Object.values(countersign.profiles)
}

/**
 * @param {unknown} error
 * @returns {error is SamlError}
 */
export function isSamlError(error) {
  return error instanceof countersign.SamlError
}

/**
 * Judges a message.
 *
 * @param {SetUp} setUp
 * @returns {Promise<Found>}
 * @throws {SamlError} where the set-up is wrong, so that no message can be judged
 */
export async function judge({ message, metadata, options, requestId, now }) {
  const identityProvider = readMetadata(metadata, now)
  const sp = new countersign.ServiceProvider({ ...options, idp: identityProvider })
  try {
    const login = await sp.validateResponse(message, { inResponseTo: requestId, now })
    return { report: login.report, identityProvider }
  } catch (error) {
    if (isSamlError(error) && error.report !== undefined) {
      return { report: error.report, refusal: error, identityProvider }
    }
    throw error
  }
}

/**
 * @param {string | Uint8Array} metadata
 * @param {Date} now
 * @throws {SamlError} `ERR_SAML_METADATA_*`
 */
export function readMetadata(metadata, now) {
  return countersign.IdentityProvider.fromMetadata(metadata, { now })
}

/** A public key of zeros, which has no owner: nothing can ever be signed with it. */
const KEY_OF_NOBODY = `MCowBQYDK2VwAyEA${'A'.repeat(43)}=`

/**
 * What a message claims about itself, for showing and for filling in the form. It is judged for an
 * application that trusts nobody, and the verdict is dropped.
 *
 * @param {string | Uint8Array} message
 * @returns {Promise<Outline | undefined>} `undefined` where it is no XML
 */
export async function outline(message) {
  const reader = new countersign.ServiceProvider({
    entityId: 'urn:countersign:page:reader',
    replyUrls: ['https://reader.invalid/'],
    idp: { entityId: 'urn:countersign:page:nobody', certificates: [KEY_OF_NOBODY] },
  })
  return (await reader.inspectResponse(message, { now: 0 })).message
}
