// Runs mistakes: each takes a set-up that works, makes one thing wrong, signs in, and looks at the
// diagnosis as the administrator gets it. Then the mistake is put right the way the diagnosis
// says, and the sign-in has to work: advice that does not help is no advice.
//
// A mistake is `{ id, step, mistake, next, code, check?, aadsts?, hint, start?, make, fix }`: the
// step of the recipe where it is made, what the administrator did, what to do (for the
// troubleshooting table of the recipe, too), the code and the check of the diagnosis, what its hint
// has to contain, and how the user starts: `'sp'` at the Sign-on URL (the default) or `'idp'` with
// the tile. `enter` is the field of the portal that the hints lead to, with the value to enter,
// and `lint` are the findings that can be seen before anybody signs in.

import assert from 'node:assert/strict'
import { SamlError } from '../../pkg/node.js'
import { Customer } from './customer.js'
import { arriveAtLoginUrl, openTile } from './sign-in.js'

/**
 * One attempt to sign in, and what the administrator learns from it.
 *
 * @param {object} world `{ tenant, application, user, options }`
 * @param {'sp' | 'idp'} start
 */
export async function attempt(world, start) {
  let customer
  try {
    customer = new Customer(world.configuration())
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    return { stage: 'set-up', code: error.code, hint: error.hint, lint: [] }
  }
  const lint = customer.sp
    .lint({ metadata: world.offered })
    .filter(({ severity }) => severity !== 'info')
  return { ...(await signIn(world, start, customer)), lint }
}

async function signIn(world, start, customer) {
  const { tenant, application, user } = world
  const session = {}
  let arrived
  if (start === 'idp') arrived = openTile(user, application)
  if (arrived?.redirect || start === 'sp') {
    const url = await customer.begin(session, { replyUrl: world.replyUrl })
    arrived = arriveAtLoginUrl(user, world.followsTo?.(url) ?? tenant, url)
  }
  if (arrived.page) {
    // Nothing came back. What the user copies from the error page is all there is to look at.
    const report = await customer.sp.inspectResponse(arrived.page.text)
    return { stage: 'entra', aadsts: arrived.page.code, ...verdict(report), report }
  }
  await world.onTheWay?.(arrived.post, customer, session)
  try {
    const { login } = await customer.receive(session, arrived.post)
    return { stage: 'accepted', login, report: login.report }
  } catch (error) {
    if (!(error instanceof SamlError)) throw error
    return { stage: 'sign-in', ...verdict(error.report), report: error.report }
  }
}

/** The root cause of a report. */
function verdict({ code, checks }) {
  const failed = checks.find((check) => check.status === 'failed')
  return { code, check: failed.id, hint: failed.hint }
}

/**
 * Holds a mistake to what it says about itself.
 *
 * @param {object} mistake
 * @param {() => object} makeWorld a set-up that works
 */
export async function check(mistake, makeWorld) {
  const world = makeWorld()
  const start = mistake.start ?? 'sp'
  await mistake.make(world)
  const found = await attempt(world, start)
  // Where there is no code, Countersign lets the user in, and knows that the application will not.
  const keptOut = found.stage !== 'accepted'
  assert.equal(keptOut, mistake.code !== undefined, 'whether the mistake keeps the user out')
  assert(keptOut || mistake.lint.length > 0, 'the mistake is seen')
  assert.equal(found.aadsts, mistake.aadsts, 'what the page of Entra ID says')
  assert.equal(found.code, mistake.code)
  assert.equal(found.check, mistake.check)
  for (const part of mistake.hint) {
    const hint = found.hint ?? found.lint.map((finding) => finding.hint).join(' ')
    assert(hint.includes(part), `the hint says "${part}": ${hint}`)
  }
  if (mistake.enter !== undefined) {
    const { field, value } = mistake.enter
    const told = found.report.hints.filter((one) => one.field === field)
    assert(told.length > 0, `the hints lead to ${field}`)
    for (const one of told) assert.equal(one.value, value, `what to enter as ${field}`)
  }
  assert.deepEqual(
    found.lint.map(({ id }) => id),
    mistake.lint ?? [],
    'what can be seen before the first login',
  )
  await mistake.fix(world)
  const again = await attempt(world, start)
  assert.equal(again.stage, 'accepted', `what the diagnosis says helps: ${again.code}`)
  assert.deepEqual(again.lint, [], 'and nothing is left to be seen')
}

/** Both ways to sign in work before anything is made wrong. */
export async function checkWorld(makeWorld) {
  for (const start of ['sp', 'idp']) {
    const { stage, code, lint } = await attempt(makeWorld(), start)
    assert.equal(stage, 'accepted', `${start}: ${code}`)
    assert.deepEqual(lint, [], start)
  }
}
