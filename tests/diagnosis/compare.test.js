// node-saml says today what was recorded of it, as far as the document judges by it. Its words may
// differ in what OpenSSL and Node add to them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCatalogue } from './catalogue.js'
import { answersOf } from './compare.js'
import { names, readAnswers } from './document.js'

test('the recorded answers of node-saml are those it gives', async () => {
  const catalogue = readCatalogue()
  const recorded = readAnswers()
  const answers = await answersOf(catalogue)
  assert.deepEqual(Object.keys(answers), [...recorded.keys()], 'the same failed logins')
  const judged = (failure, message) =>
    message === null ? 'signs in' : names(failure, message) ? 'named' : 'not named'
  const differing = catalogue.filter(
    (failure) => judged(failure, answers[failure.id]) !== judged(failure, recorded.get(failure.id)),
  )
  console.log(`diagnosis: node-saml asked about ${catalogue.length} failed logins`)
  assert.deepEqual(
    differing.map(({ id }) => `${id}: ${answers[id]}, recorded ${recorded.get(id)}`),
    [],
    'run: node tests/diagnosis/compare.js',
  )
})
