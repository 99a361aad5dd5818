// The recipes in docs/ are true: what a reader copies works, and their troubleshooting tables say
// what the tested mistakes say.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { after, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { profiles } from '../../pkg/node.js'
import * as amplitude from './amplitude.mistakes.js'
import * as aws from './aws_iam_identity_center.mistakes.js'
import { Recipe } from './recipe.js'
import { arriveAtLoginUrl } from './sign-in.js'

const pkg = fileURLToPath(new URL('../../pkg/', import.meta.url))
const home = process.cwd()

/** A folder of somebody who has installed the package. */
function project(files) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-recipe-'))
  after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(pkg, join(folder, 'node_modules/countersign'), 'dir')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const RECIPES = [
  {
    name: 'amplitude.md',
    mistakes: amplitude.mistakes,
    makeWorld: amplitude.amplitude,
    files: ({ application }) => ({ 'Amplitude.xml': application.federationMetadataXml() }),
    says: [
      profiles.amplitude.entityId,
      profiles.amplitude.signOnUrl,
      amplitude.REPLY_URL,
      'https://analytics.amplitude.com/saml/sso/UNIQUE_ID',
    ],
  },
  {
    name: 'aws-iam-identity-center.md',
    mistakes: aws.mistakes,
    makeWorld: aws.aws,
    files: ({ application, metadata }) => ({
      'entra.xml': application.federationMetadataXml(),
      'aws-metadata.xml': metadata,
    }),
    says: [aws.IDENTIFIER, aws.REPLY_URLS[0], aws.SIGN_ON_URL, '75,000'],
  },
]

test('docs/assurance.md counts the mistakes', () => {
  const count = RECIPES.flatMap(({ mistakes }) => mistakes).length
  const text = readFileSync(new URL('../../docs/assurance.md', import.meta.url), 'utf8')
  assert(text.includes(`| ${RECIPES.length} walks, ${count} mistakes |`), `${count} mistakes`)
})

for (const { name, mistakes, makeWorld, files, says } of RECIPES) {
  const recipe = new Recipe(name)

  test(`${name}: the steps are numbered from one`, () => {
    const numbers = [...recipe.steps.values()]
    assert.deepEqual(numbers, Array.from(numbers, (_, index) => String(index + 1)))
    assert(numbers.length >= 8)
  })

  test(`${name}: the values are those that the application and the profile have`, () => {
    for (const value of says) assert(recipe.text.includes(value), value)
  })

  test(`${name}: the troubleshooting table holds every mistake`, () => {
    assert.equal(recipe.table, recipe.tableOf(mistakes), 'run: node tests/setups/write-tables.js')
  })

  test(`${name}: the code and the command work as they stand there`, async () => {
    const world = makeWorld()
    const [code, ...otherCode] = recipe.blocks('js')
    const [lint, inspect, ...otherCommands] = recipe.blocks('sh')
    assert.deepEqual([...otherCode, ...otherCommands], [])
    const folder = project({ ...files(world), 'set-up.mjs': code })
    process.chdir(folder)
    after(() => process.chdir(home))
    const { begin, receive } = await import(pathToFileURL(join(folder, 'set-up.mjs')))

    const early = run(lint)
    assert.equal(early.status, 0, early.stdout + early.stderr)
    assert.doesNotMatch(early.stdout, /^\W*(error|warning)/im, 'nothing to be seen beforehand')

    const session = {}
    const { post } = arriveAtLoginUrl(world.user, world.tenant, await begin(session))
    const { requestId } = session
    const { user, audit } = await receive(session, post.fields)
    assert.equal(user.userName, world.user.principalName)
    assert.equal(user.externalId, `${world.tenant.id}/${world.user.objectId}`)
    assert.deepEqual([audit.verdict, audit.multifactor], ['accepted', true])
    assert.equal(session.requestId, undefined)
    const again = receive({ requestId }, post.fields)
    await assert.rejects(again, { code: 'ERR_SAML_REPLAY' }, 'each response signs in once')

    writeFileSync('response.txt', post.fields.SAMLResponse)
    const { status, stdout, stderr } = run(inspect.replace('REQUEST_ID', requestId))
    assert.equal(status, 0, stdout + stderr)
    assert.match(stdout, /^ACCEPTED /)
    assert.equal(run(inspect).status, 1, 'with another ID it is no answer')
  })
}

/** Runs a command of a recipe as of the tests' time. */
function run(command) {
  const words = command.replaceAll('\\\n', ' ').trim().split(/\s+/)
  const [npx, name, ...args] = words
  assert.deepEqual([npx, name], ['npx', 'countersign'])
  const bin = join(pkg, 'bin/countersign.js')
  const now = ['--now', new Date().toISOString()]
  return spawnSync(process.execPath, [bin, ...args, ...now], { encoding: 'utf8' })
}
