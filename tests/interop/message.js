// Messages on their way, opened and closed again: what somebody at the browser can do with them.

import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** The same hop with the XML of its message changed; a signature in the query stays as it was. */
export function withXml(hop, change) {
  const { fields } = hop
  const name = ['SAMLResponse', 'SAMLRequest'].find((parameter) => parameter in (fields ?? {}))
  if (name !== undefined) {
    const xml = Buffer.from(fields[name], 'base64').toString('utf8')
    const value = Buffer.from(changed(xml, change)).toString('base64')
    return { ...hop, fields: { ...fields, [name]: value } }
  }
  return withQuery(hop, (parameters) => {
    const name = parameters.has('SAMLResponse') ? 'SAMLResponse' : 'SAMLRequest'
    const xml = inflateRawSync(Buffer.from(parameters.get(name), 'base64')).toString('utf8')
    parameters.set(name, deflateRawSync(changed(xml, change)).toString('base64'))
  })
}

/** The same hop with its query changed. */
export function withQuery(hop, change) {
  const url = new URL(hop.url)
  change(url.searchParams)
  return { ...hop, url: url.href }
}

/** The XML of the message that a hop carries. */
export function xmlOf(hop) {
  let xml
  withXml(hop, (text) => (xml = text) + ' ')
  return xml
}

/** A change that changes nothing would make a test that cannot fail. */
function changed(xml, change) {
  const result = change(xml)
  if (result === xml) throw new Error('the message is as it was')
  return result
}

/** What a hop carries: `'SAMLRequest'`, `'SAMLResponse'` or nothing. */
export function kindOf({ url, fields = {} }) {
  const { searchParams } = new URL(url)
  return ['SAMLRequest', 'SAMLResponse'].find((name) => name in fields || searchParams.has(name))
}
