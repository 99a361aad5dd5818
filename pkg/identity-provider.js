// @ts-check
// What the metadata of an identity provider says.

import { SamlError } from './errors.js'
import { call } from './instance.js'
import { readComparison, readDocument, readMetadataOptions } from './options.js'
import { deepFreeze } from './report.js'

const FROM_METADATA = Symbol('from metadata')

/** What the metadata of an identity provider says. Plain frozen data. */
export class IdentityProvider {
  /**
   * @param {string | Uint8Array} xml
   * @param {import('./index.js').MetadataOptions} [options]
   */
  static fromMetadata(xml, options) {
    const hint = 'Pass the text of the Federation Metadata XML file.'
    const input = readDocument(xml, 'The metadata', Infinity, hint)
    const given = readMetadataOptions(options)
    const data = call((module) => module.readMetadata(input, given))
    return new IdentityProvider(FROM_METADATA, data)
  }

  /**
   * @param {symbol} maker
   * @param {object} data
   */
  constructor(maker, data) {
    if (maker !== FROM_METADATA) {
      throw new SamlError({
        code: 'ERR_SAML_OPTIONS',
        message: 'An IdentityProvider is made by IdentityProvider.fromMetadata(xml).',
        hint: 'Without metadata, pass { entityId, certificates } as idp.',
      })
    }
    deepFreeze(Object.assign(this, data))
  }

  /**
   * @param {import('./index.js').IdentityProviderSource} other
   * @param {{ now?: Date | number }} [options]
   * @returns {import('./index.js').IdentityProviderDiff}
   */
  diff(other, options) {
    const { current, next, now } = readComparison(this, other, options)
    return deepFreeze(call((module) => module.diffIdentityProviders(current, next, now)))
  }
}
