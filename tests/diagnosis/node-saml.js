// What @node-saml/node-saml says to a failed login. It is set up as its documentation has it for
// the same demands: every certificate of the metadata, the same Identifier, Reply URL and clock
// skew, requests remembered and checked, and the same choice of what has to be signed.

import { mock } from 'node:test'
import { SAML } from '@node-saml/node-saml'
import { IdentityProvider } from '../../pkg/node.js'

/** It answers `NoPassive` with no error and no user. */
const NO_PROFILE = 'no error, and no user (profile is null)'

/** Default of `clockSkewSeconds`. */
const SKEW = 180_000

/** The message of the error, or `null` where the user is signed in. */
export async function answer(failure) {
  mock.timers.enable({ apis: ['Date'], now: failure.context.now })
  try {
    const saml = await serviceProvider(failure)
    const SAMLResponse = formField(failure.message)
    if (failure.twice) await saml.validatePostResponseAsync({ SAMLResponse })
    const { profile } = await saml.validatePostResponseAsync({ SAMLResponse })
    return profile === null ? NO_PROFILE : null
  } catch (error) {
    return said(error)
  } finally {
    mock.timers.reset()
  }
}

async function serviceProvider({ options, context }) {
  const { idp } = options
  const { entityId, certificates, singleSignOnUrl } =
    typeof idp === 'string' ? IdentityProvider.fromMetadata(idp) : idp
  const remembered = new Map()
  const saml = new SAML({
    issuer: options.entityId,
    audience: options.entityId,
    callbackUrl: context.replyUrl ?? options.replyUrls[0],
    entryPoint: singleSignOnUrl,
    idpCert: [...certificates],
    idpIssuer: entityId,
    decryptionPvk: options.decryptionKeys?.[0],
    acceptedClockSkewMs: SKEW,
    maxAssertionAgeMs: (options.maxAssertionAgeSeconds ?? 0) * 1000,
    wantAuthnResponseSigned: ['response', 'both'].includes(options.requireSigned),
    wantAssertionsSigned: ['assertion', 'both'].includes(options.requireSigned),
    validateInResponseTo: options.allowIdpInitiated ? 'ifPresent' : 'always',
    cacheProvider: {
      saveAsync: async (key, value) => {
        remembered.set(key, value)
        return { value, createdAt: Date.now() }
      },
      getAsync: async (key) => remembered.get(key) ?? null,
      removeAsync: async (key) => (remembered.delete(key) ? key : null),
    },
  })
  for (const id of [context.inResponseTo ?? []].flat()) {
    remembered.set(id, new Date().toISOString())
  }
  return saml
}

/** It takes base64 alone: XML and bytes are encoded for it, as a form would. */
function formField(message) {
  if (typeof message !== 'string') return Buffer.from(message).toString('base64')
  return /^\s*</.test(message) ? Buffer.from(message).toString('base64') : message
}

/** The message, and those of its causes. */
function said(error) {
  const messages = []
  for (let at = error; at instanceof Error; at = at.cause) messages.push(at.message)
  return messages.join(': ')
}
