// The fixtures, as the tests of the stores use them.

import { readFixtures } from '../fixtures.js'

const cases = readFixtures().cases.map((fixture) => {
  const bytes = Buffer.from(fixture.message, 'base64')
  return {
    ...fixture,
    message: fixture.messageFile.endsWith('.xml') ? bytes : bytes.toString(),
    context: { ...fixture.context, now: new Date(fixture.context.now) },
  }
})

/** Messages that sign somebody in. */
export const accepted = cases.filter(({ expect }) => expect.ok)
/** Messages that are refused, whatever a store says. */
export const refused = cases.filter(({ expect }) => !expect.ok)
/** One that signs somebody in. */
export const [genuine] = accepted
